package io.vfr.models.manifest;

import java.util.List;

/** A manifest that cannot be used; lists every problem that was found in it. */
public final class ManifestException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient List<String> problems;

  public ManifestException(List<String> problems) {
    super(
        ShownText.of(
            problems.size() == 1
                ? problems.getFirst()
                : problems.size() + " problems: " + String.join("; ", problems)));
    this.problems = problems.stream().map(ShownText::of).toList();
  }

  /** One sentence per problem: field, value and what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
