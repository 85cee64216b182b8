package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** The settings, keys and passwords of a broker that wants TLS and a login, and of its clients. */
record SecuredBroker(Path dir) {
  static final String STORE_PASSWORD = "test-only";
  private static final List<String> USERS =
      List.of("admin", "vfr-app", "vfr-feed", "vfr-reader", "vfr-ml", "vfr-ops");

  /** A broker with TLS, a password for each user and an authorizer. */
  EmbeddedKafka.Options secured(Path keyStore) {
    StringBuilder users = new StringBuilder();
    USERS.forEach(user -> users.append(" \"user_" + user + "\"=\"pw-" + user + "\""));
    Map<String, String> broker = new TreeMap<>();
    broker.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    broker.put("allow.everyone.if.no.acl.found", "false");
    // The brokers among themselves are on a loopback listener without a login.
    broker.put("super.users", "User:ANONYMOUS;User:admin");
    broker.put("sasl.enabled.mechanisms", "PLAIN");
    broker.put(
        "listener.name.client.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required" + users + ";");
    broker.put("ssl.keystore.location", keyStore.toString());
    broker.put("ssl.keystore.type", "PKCS12");
    broker.put("ssl.keystore.password", STORE_PASSWORD);
    broker.put("ssl.key.password", STORE_PASSWORD);
    return EmbeddedKafka.Options.in(dir.resolve("kafka"))
        .withSecurity(SecurityProtocol.SASL_SSL, broker);
  }

  /** What a client needs to come in. */
  static Map<String, String> client(Path trust, String user) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "PLAIN");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
            + user
            + "\" password=\"pw-"
            + user
            + "\";");
    properties.put("ssl.truststore.location", trust.toString());
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put("ssl.truststore.password", STORE_PASSWORD);
    return properties;
  }

  /** The configuration of an application with the same, with the shipped models. */
  static AppConfig application(
      EmbeddedKafka kafka, Path stateDir, Map<String, String> client, String... further) {
    List<String> settings = new ArrayList<>(List.of(further));
    settings.add("bootstrap.servers=" + kafka.bootstrapServers());
    settings.add("streams.state-dir=" + stateDir);
    settings.add("models.dir=" + Path.of("..", "models", "registry"));
    settings.add("http.port=0");
    client.forEach((name, value) -> settings.add("kafka." + name + "=" + value));
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings.toArray(String[]::new)))
        .config();
  }

  /** A command line with the same. */
  static String[] with(EmbeddedKafka kafka, Path trust, String user, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    client(trust, user)
        .forEach(
            (name, value) -> arguments.addAll(List.of("--set", "kafka." + name + "=" + value)));
    return arguments.toArray(String[]::new);
  }

  /** A key of its own with a certificate that it has signed itself, for the loopback address. */
  Path store(String name) throws Exception {
    Path store = dir.resolve(name + ".p12");
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + name,
        "-ext",
        "SAN=ip:127.0.0.1,dns:localhost",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD);
    return store;
  }

  /** A trust store with the certificate of a store. */
  Path trust(Path store, String name) throws Exception {
    Path certificate = dir.resolve(name + ".pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        name,
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD,
        "-file",
        certificate.toString());
    Path trust = dir.resolve(name + "-trust.p12");
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        name,
        "-file",
        certificate.toString(),
        "-storetype",
        "PKCS12",
        "-keystore",
        trust.toString(),
        "-storepass",
        STORE_PASSWORD);
    return trust;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
