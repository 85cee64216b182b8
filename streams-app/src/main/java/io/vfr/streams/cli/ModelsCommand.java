package io.vfr.streams.cli;

import io.vfr.streams.cli.models.TrainCommand;
import picocli.CommandLine.Command;

/** {@code vfr models}: what models there are, and which of them serve. */
@Command(
    name = "models",
    description = {
      "List, verify, import and train models; publish them and move them between stages.",
      "Stages: shadow (scored and reported, weight 0), champion (part of the ensemble), retired."
    },
    subcommands = {
      ModelsListing.ListModels.class,
      ModelsListing.VerifyModels.class,
      ModelsStages.Publish.class,
      ModelsStages.Promote.class,
      ModelsStages.Shadow.class,
      ModelsStages.Rollback.class,
      ModelsStages.Retire.class,
      ImportCommand.class,
      TrainCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class ModelsCommand extends Cli.CommandGroup {}
