package io.vfr.models.vfrlayout;

import io.vfr.models.manifest.ShownText;
import java.util.List;

/** A directory that cannot be imported; lists every problem that was found. */
public final class ImportException extends Exception {
  private static final long serialVersionUID = 1L;

  /** More would be one mistake repeated for every input. */
  private static final int SHOWN_MAX = 20;

  private final transient List<String> problems;

  ImportException(List<String> problems) {
    super(ShownText.of(message(problems)));
    this.problems = problems.stream().map(ShownText::of).toList();
  }

  ImportException(String problem, Throwable cause) {
    super(ShownText.of(problem), cause);
    problems = List.of(ShownText.of(problem));
  }

  private static String message(List<String> problems) {
    if (problems.size() == 1) {
      return problems.getFirst();
    }
    String shown = String.join("; ", problems.subList(0, Math.min(SHOWN_MAX, problems.size())));
    return problems.size()
        + " problems: "
        + shown
        + (problems.size() > SHOWN_MAX ? "; and " + (problems.size() - SHOWN_MAX) + " more" : "");
  }

  /** One sentence per problem: file, field, value and what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
