package io.vfr.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.TopologyDescription;

/**
 * The flow as an SVG picture: what is in it comes from a topology's description, where it stands
 * from {@link #PLACES}. A processor or topic without a place is an error, and so is a place that
 * nothing takes, so that the picture cannot leave anything out.
 */
final class FlowPicture {
  private static final int WIDTH = 1_090;
  private static final int HEIGHT = 672;

  /** Left edges and widths of the columns: topics, the four stages, topics. */
  private static final int[] LEFT = {24, 190, 424, 594, 764, 922};

  private static final int[] WIDE = {132, 152, 124, 124, 118, 144};
  private static final String[] HEADINGS = {
    "topics read", "1 ingest", "2 features", "3 scoring", "4 emit", "topics written"
  };

  private static final int ROW = 48;
  private static final int BOX = 34;
  private static final int PILL = 28;
  private static final int STORE = 32;
  private static final int STORE_GAP = 14;

  /** Of a letter in a store's name, pixels. */
  private static final int LETTER = 7;

  private static final int FRAME = 8;

  /** Column, and middle from above, of every processor and topic. */
  private static final Map<String, Place> PLACES =
      Map.ofEntries(
          Map.entry("vfr.prices", new Place(0, 104)),
          Map.entry("prices-ingest", new Place(1, 104)),
          Map.entry("vfr.fundamentals", new Place(0, 152)),
          Map.entry("fundamentals-ingest", new Place(1, 152)),
          Map.entry("vfr.sentiment", new Place(0, 200)),
          Map.entry("sentiment-ingest", new Place(1, 200)),
          Map.entry("vfr.rerouted", new Place(0, 272)),
          Map.entry("rerouted-ingest", new Place(1, 272)),
          Map.entry("vfr.macro", new Place(0, 328)),
          Map.entry("macro-ingest", new Place(1, 328)),
          Map.entry("vfr.macro-fanout", new Place(0, 396)),
          Map.entry("macro-fanout-ingest", new Place(1, 396)),
          Map.entry("features", new Place(2, 152)),
          Map.entry("scoring", new Place(3, 152)),
          Map.entry("emit", new Place(4, 152)),
          Map.entry("vfr.features", new Place(5, 76)),
          Map.entry("vfr.outcomes", new Place(5, 114)),
          Map.entry("vfr.predictions", new Place(5, 152)),
          Map.entry("vfr.alerts", new Place(5, 190)),
          Map.entry("vfr.dead-letters", new Place(5, 350)),
          Map.entry("vfr.notices", new Place(2, 404)),
          Map.entry("input-watch", new Place(4, 404)),
          Map.entry("vfr.models", new Place(0, 526)),
          Map.entry("vfr.model-scores", new Place(3, 506)),
          Map.entry("steward", new Place(4, 506)),
          Map.entry("vfr.model-standings", new Place(5, 506)));

  /**
   * How far behind the column of whoever writes a line turns off; others turn before the target.
   */
  private static final Map<String, Integer> TURNS =
      Map.of(
          "features", 18,
          "vfr.dead-letters", 32,
          "vfr.notices", 46,
          "vfr.features", 18,
          "vfr.outcomes", 18);

  private static final int TURN_BEFORE = 20;
  private static final String DEAD_LETTERS = "vfr.dead-letters";

  /** How far apart lines leave a box. */
  private static final int PORT = 9;

  /** Room for the tip of an arrow. */
  private static final int GAP = 1;

  private record Place(int column, int y) {}

  private record Group(List<String> names, Set<String> targets) {
    boolean takes(String name, Set<String> others) {
      Place last = place(names.getLast());
      return targets.equals(others)
          && place(name).column() == last.column()
          && place(name).y() == last.y() + ROW;
    }
  }

  /** A rectangle; {@code column} is the one that it stands in. */
  private record Box(int column, int left, int top, int width, int height) {
    int right() {
      return left + width;
    }

    int bottom() {
      return top + height;
    }

    int centre() {
      return left + width / 2;
    }

    int middle() {
      return top + height / 2;
    }
  }

  private final Map<String, Set<String>> readBy = new TreeMap<>();
  private final Map<String, Set<String>> successors = new TreeMap<>();
  private final Map<String, Set<String>> users = new TreeMap<>();
  private final Set<String> written = new TreeSet<>();
  private final StringBuilder svg = new StringBuilder();

  private FlowPicture(TopologyDescription topology) {
    for (TopologyDescription.Subtopology part : topology.subtopologies()) {
      part.nodes().forEach(this::take);
    }
    if (!topology.globalStores().isEmpty()) {
      throw new IllegalStateException("FlowPicture has no place for global stores");
    }
    Set<String> found = new TreeSet<>(readBy.keySet());
    found.addAll(successors.keySet());
    found.addAll(written);
    if (!found.equals(new TreeSet<>(PLACES.keySet()))) {
      throw new IllegalStateException("FlowPicture.PLACES is not what the topology has: " + found);
    }
  }

  /** The picture of a topology: the same bytes for the same topology. */
  static String of(TopologyDescription topology) {
    return new FlowPicture(topology).draw();
  }

  private void take(TopologyDescription.Node node) {
    switch (node) {
      case TopologyDescription.Source source -> {
        for (String topic : source.topicSet()) {
          source
              .successors()
              .forEach(
                  next -> readBy.computeIfAbsent(topic, key -> new TreeSet<>()).add(next.name()));
        }
      }
      case TopologyDescription.Sink sink -> written.add(sink.topic());
      case TopologyDescription.Processor processor -> {
        Set<String> targets = successors.computeIfAbsent(node.name(), key -> new TreeSet<>());
        processor
            .successors()
            .forEach(next ->
                targets.add(
                    next instanceof TopologyDescription.Sink sink ? sink.topic() : next.name()));
        processor
            .stores()
            .forEach(
                store -> users.computeIfAbsent(store, key -> new TreeSet<>()).add(node.name()));
      }
      default -> throw new IllegalStateException("neither source, processor nor sink: " + node);
    }
  }

  private String draw() {
    head();
    List<Group> groups = groups();
    groups.stream().filter(group -> group.names().size() > 1).forEach(this::frame);
    readBy.forEach((topic, readers) -> lines(box(topic), readers));
    groups.forEach(group -> lines(outline(group), group.targets()));
    stores();
    Set<String> topics = new TreeSet<>(readBy.keySet());
    topics.addAll(written);
    topics.forEach(this::pill);
    successors.keySet().forEach(this::processor);
    legend();
    return svg.append("</svg>\n").toString();
  }

  private void head() {
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img"\
         aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"\
         font-size="13">
        <title id="title">The flow of VFR Streams</title>
        <desc id="desc">%s</desc>
        <style>
          .line { fill: none; stroke: #3d4852; stroke-width: 1.5; }
          .inner { stroke: #7a8691; }
          .refused { stroke: #c0392b; }
          .state { fill: none; stroke: #2e7d4f; stroke-width: 1.3; stroke-dasharray: 2 3; }
          .topic { fill: #fff6dc; stroke: #b07d00; stroke-width: 1.4; }
          .topic.inner { fill: #f3f4f5; stroke: #7a8691; stroke-dasharray: 4 3; }
          .topic.refused { fill: #fdecea; stroke: #c0392b; }
          .processor { fill: #e3edfb; stroke: #2f64ad; stroke-width: 1.4; }
          .frame { fill: #f5f8fd; stroke: #2f64ad; stroke-width: 1; stroke-dasharray: 1 3; }
          .store { fill: #e4f3e9; stroke: #2e7d4f; stroke-width: 1.3; }
          text { fill: #1c2329; text-anchor: middle; dominant-baseline: central; }
          .heading { fill: #54606b; font-weight: 600; }
          .key { text-anchor: start; fill: #54606b; font-size: 12px; }
        </style>
        <defs>
        """
            .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT, description()));
    arrow("arrow", "#3d4852");
    arrow("arrow-inner", "#7a8691");
    arrow("arrow-refused", "#c0392b");
    svg.append("</defs>\n");
    svg.append(
        "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"#ffffff\" stroke=\"#d5dade\"/>\n"
            .formatted(WIDTH - 1, HEIGHT - 1));
    for (int i = 0; i < HEADINGS.length; i++) {
      text("heading", LEFT[i] + WIDE[i] / 2, 30, HEADINGS[i]);
    }
    text("heading", LEFT[4] + WIDE[4] / 2, 372, "beside them");
  }

  private String description() {
    StringBuilder text = new StringBuilder();
    successors.forEach((name, targets) -> {
      List<String> sources = new ArrayList<>();
      readBy.forEach((topic, readers) -> {
        if (readers.contains(name)) {
          sources.add(topic);
        }
      });
      successors.forEach((before, after) -> {
        if (after.contains(name)) {
          sources.add(before);
        }
      });
      text.append(
          "%s: from %s to %s. "
              .formatted(name, String.join(", ", sources), String.join(", ", targets)));
    });
    return text.toString().strip();
  }

  private void arrow(String id, String colour) {
    svg.append(
        ("<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\""
                + " orient=\"auto\"><path d=\"M0 1 10 5 0 9z\" fill=\"%s\"/></marker>\n")
            .formatted(id, colour));
  }

  /** Processors of one column that stand below each other and write to the same: drawn as one. */
  private List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    List<String> names = new ArrayList<>(successors.keySet());
    names.sort(
        Comparator.comparingInt((String name) -> place(name).column())
            .thenComparingInt(name -> place(name).y()));
    for (String name : names) {
      Set<String> targets = successors.getOrDefault(name, Set.of());
      if (!groups.isEmpty() && groups.getLast().takes(name, targets)) {
        groups.getLast().names().add(name);
      } else {
        groups.add(new Group(new ArrayList<>(List.of(name)), targets));
      }
    }
    return groups;
  }

  /** The box of the group's only processor, or the frame around all of them. */
  private Box outline(Group group) {
    Box first = box(group.names().getFirst());
    if (group.names().size() == 1) {
      return first;
    }
    int top = first.top() - FRAME;
    return new Box(
        first.column(),
        first.left() - FRAME,
        top,
        first.width() + 2 * FRAME,
        box(group.names().getLast()).bottom() + FRAME - top);
  }

  private Box box(String name) {
    Place place = place(name);
    int height = successors.containsKey(name) ? BOX : PILL;
    return new Box(
        place.column(), LEFT[place.column()], place.y() - height / 2, WIDE[place.column()], height);
  }

  private static Place place(String name) {
    return Objects.requireNonNull(PLACES.get(name), name);
  }

  /** All lines from one box; each leaves at a place of its own. */
  private void lines(Box from, Set<String> targets) {
    List<String> ordered = new ArrayList<>(targets);
    ordered.sort(Comparator.comparingInt(name -> place(name).y()));
    List<String> above = new ArrayList<>();
    List<String> below = new ArrayList<>();
    for (String target : ordered) {
      Box to = box(target);
      if (to.column() <= from.column()) {
        back(from, to, target);
      } else if (targets.size() == 1 || to.middle() == from.middle()) {
        line(from, from.middle(), to, target);
      } else {
        (to.middle() < from.middle() ? above : below).add(target);
      }
    }
    // The line to what is farthest turns first or last, so that none crosses its neighbour.
    for (int i = 0; i < above.size(); i++) {
      line(from, from.middle() - PORT * (above.size() - i), box(above.get(i)), above.get(i));
    }
    for (int i = 0; i < below.size(); i++) {
      line(from, from.middle() + PORT * (below.size() - i), box(below.get(i)), below.get(i));
    }
  }

  /** To the right, with at most two turns. */
  private void line(Box from, int y, Box to, String target) {
    int turn =
        TURNS.containsKey(target)
            ? LEFT[from.column()] + WIDE[from.column()] + TURNS.getOrDefault(target, 0)
            : to.left() - TURN_BEFORE;
    String path =
        y == to.middle()
            ? "M%d %dH%d".formatted(from.right(), y, to.left() - GAP)
            : "M%d %dH%dV%dH%d".formatted(from.right(), y, turn, to.middle(), to.left() - GAP);
    line(path, target);
  }

  /** Down, and to the left if the target stands there. */
  private void back(Box from, Box to, String target) {
    int x = to.column() == from.column() ? to.right() - 24 : from.left() + 28;
    String path =
        to.column() == from.column()
            ? "M%d %dV%d".formatted(x, from.bottom(), to.top() - GAP)
            : "M%d %dV%dH%dV%d"
                .formatted(x, from.bottom(), to.top() - 16, to.centre(), to.top() - GAP);
    line(path, target);
  }

  private void line(String path, String target) {
    String kind = kind(target);
    svg.append(
        "<path class=\"line%s\" d=\"%s\" marker-end=\"url(#arrow%s)\"/>\n"
            .formatted(kind.isEmpty() ? "" : " " + kind, path, kind.isEmpty() ? "" : "-" + kind));
  }

  /** Topics that the topology writes for itself are drawn otherwise, and so are refused records. */
  private String kind(String name) {
    if (name.equals(DEAD_LETTERS)) {
      return "refused";
    }
    return written.contains(name) && readBy.containsKey(name) ? "inner" : "";
  }

  private void stores() {
    int shared = 0;
    Map<String, Integer> own = new HashMap<>();
    for (Map.Entry<String, Set<String>> store : users.entrySet()) {
      List<Box> boxes =
          store.getValue().stream()
              .map(FlowPicture::place)
              .sorted(Comparator.comparingInt(Place::column))
              .map(place ->
                  new Box(
                      place.column(),
                      LEFT[place.column()],
                      place.y() - BOX / 2,
                      WIDE[place.column()],
                      BOX))
              .toList();
      Box first = boxes.getFirst();
      if (boxes.size() == 1) {
        int above = own.merge(store.getValue().iterator().next(), 1, Integer::sum) - 1;
        int top = first.bottom() + STORE_GAP + above * (STORE + STORE_GAP);
        state("M%d %dV%d".formatted(first.centre(), top - STORE_GAP, top));
        int width = Math.max(first.width() - 8, LETTER * store.getKey().length() + 12);
        cylinder(first.centre() - width / 2, top, width, store.getKey());
        continue;
      }
      int top = first.bottom() + 32 + shared * (STORE + STORE_GAP);
      int bus = first.bottom() + STORE_GAP;
      int side = first.left() - 14;
      for (Box box : boxes) {
        state(
            "M%d %dV%dH%dV%dH%d"
                .formatted(
                    box.left() + 24, box.bottom(), bus, side, top + STORE / 2, first.left() + 4));
      }
      cylinder(first.left() + 4, top, first.width() - 8, store.getKey());
      shared++;
    }
  }

  private void state(String path) {
    svg.append("<path class=\"state\" d=\"%s\"/>\n".formatted(path));
  }

  private void cylinder(int left, int top, int width, String name) {
    int half = width / 2;
    svg.append(
        ("<path class=\"store\" d=\"M%d %da%d 5 0 0 1 %d 0v%da%d 5 0 0 1 %d 0z\"/>\n"
                + "<path class=\"store\" d=\"M%d %da%d 5 0 0 0 %d 0\"/>\n")
            .formatted(
                left, top + 5, half, width, STORE - 10, half, -width, left, top + 5, half, width));
    text("", left + half, top + STORE / 2 + 3, name);
  }

  private void frame(Group group) {
    Box box = outline(group);
    rectangle("frame", box, 8);
  }

  private void pill(String topic) {
    String kind = kind(topic);
    rectangle(kind.isEmpty() ? "topic" : "topic " + kind, box(topic), PILL / 2);
    text("", box(topic).centre(), box(topic).middle(), topic);
  }

  private void processor(String name) {
    rectangle("processor", box(name), 5);
    text("", box(name).centre(), box(name).middle(), name);
  }

  private void rectangle(String kind, Box box, int radius) {
    svg.append(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n"
            .formatted(kind, box.left(), box.top(), box.width(), box.height(), radius));
  }

  private void text(String kind, int x, int y, String text) {
    svg.append(
        "<text%s x=\"%d\" y=\"%d\">%s</text>\n"
            .formatted(kind.isEmpty() ? "" : " class=\"" + kind + "\"", x, y, text));
  }

  private void legend() {
    int y = HEIGHT - 26;
    rectangle("topic", new Box(0, 24, y - 8, 30, 16), 8);
    text("key", 62, y, "topic");
    rectangle("topic inner", new Box(0, 112, y - 8, 30, 16), 8);
    text("key", 150, y, "topic of the application's own");
    rectangle("topic refused", new Box(0, 344, y - 8, 30, 16), 8);
    text("key", 382, y, "refused records");
    rectangle("processor", new Box(0, 492, y - 8, 30, 16), 3);
    text("key", 530, y, "processor");
    state("M610 %dH640".formatted(y));
    text("key", 648, y, "state");
    text("key", 700, y, "Lines that meet go to the same place.");
  }
}
