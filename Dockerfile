# The image of VFR Streams: docker build -t vfr-streams . && docker run --rm vfr-streams demo --duration 30s
# What follows the image's name are the arguments of scripts/vfr. BuildKit is needed (Docker 23 or newer has it on).
# Debian-like with glibc, not Alpine: XGBoost and LightGBM come as libraries for glibc.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY .mvn .mvn
COPY pom.xml ./
COPY schemas schemas
COPY models models
COPY streams-app streams-app
# Only their poms: the parent names them.
COPY bench/pom.xml bench/pom.xml
COPY chaos/pom.xml chaos/pom.xml
COPY deploy/docker/assemble deploy/docker/assemble
# What scripts/vfr builds, and then the modules as jars beside the libraries: an ahead-of-time cache takes no directories.
RUN --mount=type=cache,target=/var/cache/m2 \
    mvn -Dmaven.repo.local=/var/cache/m2 --projects streams-app --also-make -Dspotless.check.skip=true process-classes \
    && bash deploy/docker/assemble streams-app/target /opt/vfr

FROM eclipse-temurin:25-jre-noble AS runtime
# XGBoost and LightGBM link against it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 vfr \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/vfr --no-create-home --shell /usr/sbin/nologin vfr \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/vfr
COPY --from=build /opt/vfr /opt/vfr
COPY models/registry /opt/vfr/models/registry
COPY --chmod=0755 deploy/docker/vfr deploy/docker/health /opt/vfr/bin/
ENV PATH=/opt/vfr/bin:$PATH \
    VFR_STREAMS_STATE_DIR=/var/lib/vfr/state
WORKDIR /var/lib/vfr
USER 10001:10001

# Records a run of the demo (see scripts/aot), with the very JVM and the very jars that will read the cache.
# --build-arg AOT=off leaves it out: nothing but the time of a start is lost.
FROM runtime AS aot
ARG AOT=on
USER 0:0
RUN mkdir -p /opt/vfr/aot \
    && if [ "$AOT" = on ]; then \
         VFR_AOT=record VFR_STREAMS_STATE_DIR=/tmp/state /opt/vfr/bin/vfr demo --duration 20s --port 0 \
         && test -s /opt/vfr/aot/vfr.aot && chmod 0644 /opt/vfr/aot/vfr.aot \
         && "$JAVA_HOME/bin/java" -cp "$(cat /opt/vfr/classpath)" io.vfr.models.load.NativeLibraries /opt/vfr/aot/natives; \
       fi

FROM runtime
LABEL org.opencontainers.image.title="VFR Streams" \
      org.opencontainers.image.description="Real-time machine-learning scoring inside Kafka Streams"
COPY --from=aot /opt/vfr/aot /opt/vfr/aot
# Local state, a copy of what Kafka has. Beside it only /tmp is written: native libraries that were not unpacked ahead of
# time, such as LZ4's, are there, so a tmpfs in its place must allow exec.
VOLUME /var/lib/vfr
EXPOSE 8080
# Of an instance (run, demo); of other commands it says nothing.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/vfr/bin/health", "live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/vfr/bin/vfr"]
CMD ["--help"]
