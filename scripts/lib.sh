# What the scripts share: where the repository is, which JDK and which Maven to use.
# Sourced by bash scripts that have set -euo pipefail; sets REPO.

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly REPO
readonly JDK_MIN=25

fail() {
  echo "vfr: $*" >&2
  exit 1
}

# Prints the major version of a Java home that has a compiler, or nothing.
jdk_version() {
  local home=$1 release
  [[ -x $home/bin/java && -x $home/bin/javac ]] || return 0
  if [[ -r $home/release ]]; then
    release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  else
    release=$("$home/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  echo "$release"
}

is_usable_jdk() {
  local version
  version=$(jdk_version "$1")
  [[ -n $version && $version -ge $JDK_MIN ]]
}

# Follows links: `java` on the PATH is one into the Java home.
real_path() {
  local path=$1 target
  while [[ -L $path ]]; do
    target=$(readlink "$path")
    [[ $target == /* ]] || target="$(dirname "$path")/$target"
    path=$target
  done
  echo "$path"
}

# Prints every place where a JDK may be, best first.
jdk_candidates() {
  local java
  [[ -z ${VFR_JAVA_HOME:-} ]] || echo "$VFR_JAVA_HOME"
  [[ -z ${JAVA_HOME:-} ]] || echo "$JAVA_HOME"
  if java=$(command -v java); then
    dirname "$(dirname "$(real_path "$java")")"
  fi
  if [[ -x /usr/libexec/java_home ]]; then
    /usr/libexec/java_home -v "$JDK_MIN+" 2>/dev/null || true
  fi
  local root dir
  for root in ${VFR_JDK_ROOTS-/usr/lib/jvm /opt /opt/java /opt/homebrew/opt /usr/local/opt \
    "$HOME/.sdkman/candidates/java" "$HOME/.jdks" /Library/Java/JavaVirtualMachines}; do
    for dir in "$root"/*; do
      [[ ! -d $dir ]] || printf '%s\n' "$dir" "$dir/Contents/Home" \
        "$dir/libexec/openjdk.jdk/Contents/Home"
    done
  done
}

no_jdk() {
  cat >&2 <<TEXT
vfr: no JDK $JDK_MIN or newer found. Looked at VFR_JAVA_HOME, JAVA_HOME, java on the PATH, /usr/lib/jvm,
/opt, ~/.sdkman and ~/.jdks. Install one:
  Debian, Ubuntu   apt-get install openjdk-$JDK_MIN-jdk-headless
                   or, where that is not offered, temurin-$JDK_MIN-jdk from Adoptium (adoptium.net)
  macOS            brew install openjdk@$JDK_MIN
  any              sdk install java $JDK_MIN-tem    (sdkman.io)
or set VFR_JAVA_HOME to the directory of one.
TEXT
  exit 1
}

# Sets and exports JAVA_HOME to a usable JDK, or says how to get one and exits.
find_jdk() {
  if [[ -n ${VFR_JAVA_HOME:-} ]] && ! is_usable_jdk "$VFR_JAVA_HOME"; then
    fail "VFR_JAVA_HOME=$VFR_JAVA_HOME is no JDK $JDK_MIN or newer"
  fi
  local home
  while read -r home; do
    if is_usable_jdk "$home"; then
      export JAVA_HOME=$home
      return
    fi
  done < <(jdk_candidates)
  no_jdk
}

no_maven() {
  cat >&2 <<TEXT
vfr: ${1:-no Maven found on the PATH}. Maven 3.8 or newer builds this:
  Debian, Ubuntu   apt-get install maven
  macOS            brew install maven
  any              sdk install maven    (sdkman.io)
or set VFR_MAVEN to the mvn of one.
TEXT
  exit 1
}

# Sets MAVEN to a usable mvn, or says how to get one and exits. Needs JAVA_HOME.
find_maven() {
  MAVEN=${VFR_MAVEN:-$(command -v mvn || true)}
  if [[ -z $MAVEN && -x $HOME/.sdkman/candidates/maven/current/bin/mvn ]]; then
    MAVEN=$HOME/.sdkman/candidates/maven/current/bin/mvn
  fi
  [[ -n $MAVEN && -x $MAVEN ]] || no_maven
  local version major minor
  version=$("$MAVEN" --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p')
  IFS=. read -r major minor _ <<<"$version"
  if [[ -z ${minor:-} ]] || ((major < 3 || (major == 3 && minor < 8))); then
    no_maven "$MAVEN is Maven ${version:-of an unknown version}"
  fi
  # Maven's own libraries use what newer JDKs warn of.
  MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
  export MAVEN_OPTS
}

# What the programs of the repository share: `prepare MODULE DEPENDENCY...` finds a JDK, builds the module and
# the modules that it depends on where something is missing or older than its sources, and sets CLASSPATH.

# Directories are looked at as well as files: one that lost a file is newer, too.
is_built() {
  [[ -e $STAMP && -s $CLASSPATH_FILE && -d $TARGET/classes ]] || return 1
  local changed jar jars
  changed=$(find "${SOURCES[@]}" -newer "$STAMP" -print -quit) || return 1
  [[ -z $changed ]] || return 1
  IFS=: read -r -a jars <"$CLASSPATH_FILE"
  for jar in "${jars[@]}"; do
    [[ -e $jar ]] || return 1
  done
}

build() {
  find_maven
  echo "vfr: building (log: ${BUILD_LOG#"$PWD"/})" >&2
  local started=$TARGET/vfr-build.started
  # Sources that change while Maven runs must count as newer.
  touch "$started"
  rm -f "$STAMP"
  if ! (cd "$REPO" && "$MAVEN" --batch-mode --projects "$MODULE" --also-make \
    -Dspotless.check.skip=true process-classes) >"$BUILD_LOG" 2>&1; then
    grep -E '^\[ERROR\]' "$BUILD_LOG" | head -n 20 >&2 || true
    fail "the build failed; see $BUILD_LOG"
  fi
  mv "$started" "$STAMP"
}

# One build at a time, of whatever module: others wait, and then find it done.
build_once() {
  mkdir -p "$TARGET" "$REPO/target"
  if command -v flock >/dev/null; then
    exec 9>"$REPO/target/vfr-build.lock"
    flock 9
    is_built || build
    exec 9>&-
  else
    local lock=$REPO/target/vfr-build.lock.d
    until mkdir "$lock" 2>/dev/null; do sleep 0.2; done
    trap 'rmdir "$lock" 2>/dev/null || true' EXIT
    is_built || build
    rmdir "$lock"
    trap - EXIT
  fi
}

prepare() {
  MODULE=$1
  TARGET=$REPO/$MODULE/target
  STAMP=$TARGET/vfr-build.stamp
  CLASSPATH_FILE=$TARGET/runtime-classpath
  BUILD_LOG=$TARGET/vfr-build.log
  SOURCES=("$REPO/pom.xml" "$REPO/.mvn")
  local module
  for module in "$@"; do
    SOURCES+=("$REPO/$module/pom.xml" "$REPO/$module/src/main")
    # What a module compiles of another one.
    [[ ! -d $REPO/$module/src/reference ]] || SOURCES+=("$REPO/$module/src/reference")
  done
  find_jdk
  is_built || build_once
  CLASSPATH="$TARGET/classes:$(<"$CLASSPATH_FILE")"
}

# The ahead-of-time cache of streams-app (scripts/aot). It wants jars: classes of directories are not taken into it.
readonly AOT_DIR=$REPO/streams-app/target/aot
readonly AOT_CACHE=$AOT_DIR/vfr.aot
# Native libraries as files, which would be unpacked with each start.
readonly AOT_NATIVES=$AOT_DIR/natives

# Whether the cache is of what was built last.
has_aot() {
  [[ -s $AOT_CACHE && ! $STAMP -nt $AOT_CACHE ]]
}

# Packs the classes of the modules.
aot_jars() {
  local at
  while read -r at; do
    [[ ! -d $at ]] || "$JAVA_HOME/bin/jar" --create --file "$(aot_jar "$at")" -C "$at" .
  done < <(tr : '\n' <<<"$CLASSPATH")
}

# Prints the jar of a module's directory of classes.
aot_jar() {
  echo "$AOT_DIR/$(basename "$(dirname "$(dirname "$1")")").jar"
}

# Prints the class path with jars instead of directories.
aot_classpath() {
  local at path=""
  while read -r at; do
    [[ ! -d $at ]] || at=$(aot_jar "$at")
    path+=${path:+:}$at
  done < <(tr : '\n' <<<"$CLASSPATH")
  echo "$path"
}
