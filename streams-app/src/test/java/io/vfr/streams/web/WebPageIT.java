package io.vfr.streams.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.Application;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The page in a real browser over a running instance: what it shows, by keyboard too, for whoever
 * cannot see it, in the dark, and on a phone. Needs Chromium and its driver. Screenshots are left
 * in target/screenshots.
 */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebPageIT {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Dimension DESKTOP = new Dimension(1400, 1000);
  private static final Dimension PHONE = new Dimension(390, 844);
  private static final String TOKEN = "page-test";

  private Market market;
  private Application instance;
  private @Nullable Application guarded;
  private ChromeDriver browser;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Files.createDirectories(SCREENSHOTS);
    market = new Market(directory);
    instance = market.instance("page");
    market.sendHistory(6);
    market.send(Topics.PRICES.name(), "BAD", "not json".getBytes(StandardCharsets.UTF_8));
    market.awaitPredictions(List.of(instance));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium", "chromium-browser", "google-chrome"));
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu");
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .usingAnyFreePort()
                .build(),
            options);
  }

  private static File program(String... names) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
      for (String name : names) {
        File file = new File(directory, name);
        if (file.canExecute()) {
          return file;
        }
      }
    }
    throw new IllegalStateException(
        "none of "
            + List.of(names)
            + " is on the PATH; on Debian: apt-get install chromium chromium-driver");
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (guarded != null) {
      guarded.close();
    }
    if (instance != null) {
      instance.close();
    }
    market.close();
  }

  private void open(String view, Dimension size) {
    browser.manage().window().setSize(size);
    browser.get("about:blank");
    // What was logged before is not this test's.
    browser.manage().logs().get(LogType.BROWSER);
    browser.get(Market.url(instance) + "/#/" + view);
  }

  private void waitFor(String what, String css) {
    await(what)
        .atMost(PATIENCE)
        .ignoreException(StaleElementReferenceException.class)
        .until(() -> !browser.findElements(By.cssSelector(css)).isEmpty());
  }

  private String text() {
    return browser.findElement(By.tagName("main")).getText();
  }

  private void waitForText(String... texts) {
    await(List.of(texts).toString())
        .atMost(PATIENCE)
        .ignoreException(StaleElementReferenceException.class)
        .until(() -> {
          String shown = text();
          return Stream.of(texts).allMatch(shown::contains);
        });
  }

  private void screenshot(String name) throws Exception {
    Files.write(SCREENSHOTS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
  }

  private void assertNoErrors() {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .isEmpty();
  }

  @Test
  void live_showsEverySymbol_andWhatComes() throws Exception {
    open("live", DESKTOP);
    waitFor("six rows", "tbody tr:nth-child(6)");
    assertThat(text()).contains(market.symbols().toArray(String[]::new));
    assertThat(browser.findElements(By.cssSelector("svg.spark .trace"))).isNotEmpty();
    assertThat(browser.findElements(By.cssSelector("svg .span"))).hasSize(6);
    String before = text();
    market.sendTicks(321.25);
    await("new predictions").atMost(PATIENCE).until(() -> !text().equals(before));
    browser.findElement(By.cssSelector("input[type=search]")).sendKeys(market.symbols().first());
    await("one row")
        .atMost(PATIENCE)
        .until(() -> browser.findElements(By.cssSelector("tbody tr")).size() == 1);
    screenshot("live");
    assertNoErrors();
  }

  @Test
  void symbol_showsPricesDriversModelsAndFeatures() throws Exception {
    String symbol = market.symbols().first();
    open("symbol/" + symbol, new Dimension(1400, 1500));
    waitForText(symbol, "momentum-lstm-v3", "rsi_14", "Expected return");
    waitFor("the charts of prices, outcomes and drivers", ".chart svg path");
    await("three charts")
        .atMost(PATIENCE)
        .until(() -> browser.findElements(By.cssSelector(".chart svg")).size() == 3);
    WebElement exact = browser.findElement(By.xpath("//button[contains(., 'Exact drivers')]"));
    exact.click();
    await("exact drivers").atMost(PATIENCE).until(() -> exact.getText().contains("shown"));
    screenshot("symbol");
    assertNoErrors();
  }

  @Test
  void models_showWeightsAndOutcomes() throws Exception {
    open("models", DESKTOP);
    waitForText("ensemble-meta-v4", "volatility-transformer-v1", "champion", "Intervals hold");
    waitFor("the chart of weights", ".chart svg path");
    screenshot("models");
    assertNoErrors();
  }

  @Test
  void health_showsInstancesTopicsAndWhatWasRefused() throws Exception {
    open("health", new Dimension(1400, 1500));
    waitForText("127.0.0.1:" + instance.httpPort(), "RUNNING", "vfr.prices", "NOT_JSON");
    await("two charts")
        .atMost(PATIENCE)
        .until(() -> browser.findElements(By.cssSelector(".chart svg")).size() == 2);
    screenshot("health");
    assertNoErrors();
  }

  @Test
  void alerts_areListedAndFiltered() throws Exception {
    open("alerts", DESKTOP);
    waitFor("an alert", "tbody th");
    String first = browser.findElement(By.cssSelector("tbody th")).getText();
    WebElement type = browser.findElement(By.cssSelector("select"));
    await("the type")
        .atMost(PATIENCE)
        .until(() -> type.findElements(By.cssSelector("option[value=" + first + "]")).size() == 1);
    type.findElement(By.cssSelector("option[value=" + first + "]")).click();
    await("only that type")
        .atMost(PATIENCE)
        .until(() ->
            browser.findElements(By.cssSelector("tbody th")).stream()
                .allMatch(cell -> cell.getText().equals(first)));
    screenshot("alerts");
    assertNoErrors();
  }

  @Test
  void keyboard_reachesEverything() {
    open("live", DESKTOP);
    waitFor("six rows", "tbody tr:nth-child(6)");
    press(Keys.TAB);
    assertThat(focused().getText()).isEqualTo("Skip to content");
    press(Keys.ENTER);
    await("the content").until(() -> "main".equals(focused().getDomAttribute("id")));
    open("live", DESKTOP);
    waitFor("six rows", "tbody tr:nth-child(6)");
    for (int i = 0; i < 20 && !focused().getText().equals("Models"); i++) {
      press(Keys.TAB);
    }
    press(Keys.ENTER);
    waitForText("Weights over time");
    assertThat(browser.findElement(By.cssSelector("nav [aria-current=page]")).getText())
        .isEqualTo("Models");
    assertThat(focused().getDomAttribute("id")).isEqualTo("main");
    open("live", DESKTOP);
    waitFor("six rows", "tbody tr:nth-child(6)");
    String first = market.symbols().first();
    for (int i = 0; i < 20 && !focused().getText().equals(first); i++) {
      press(Keys.TAB);
    }
    press(Keys.ENTER);
    waitForText("Past predictions against what happened");
  }

  private void press(Keys key) {
    new Actions(browser).sendKeys(key).perform();
  }

  private WebElement focused() {
    return browser.switchTo().activeElement();
  }

  /** The rules of WCAG 2.1 A and AA that a program can check, in both themes. */
  @ParameterizedTest
  @ValueSource(strings = {"live", "alerts", "models", "health", "symbol"})
  void accessibility_hasNoViolations(String view) {
    for (String theme : List.of("light", "dark")) {
      open("live", DESKTOP);
      browser.executeScript("localStorage.setItem('vfr-theme', arguments[0])", theme);
      open(view.equals("symbol") ? "symbol/" + market.symbols().first() : view, DESKTOP);
      waitFor("content", "tbody tr");
      if (!view.equals("live") && !view.equals("alerts")) {
        waitFor("charts", ".chart svg");
      }
      List<Rule> violations =
          new AxeBuilder()
              // All in this window: the other way opens one more, and waits for it.
              .setLegacyMode(true)
              .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
              .analyze(browser)
              .getViolations();
      assertThat(violations)
          .as(theme)
          .extracting(
              rule -> rule.getId() + " " + rule.getNodes().stream().map(n -> n.getHtml()).toList())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "alerts", "models", "health", "symbol"})
  void phone_needsNoScrollingAside(String view) throws Exception {
    open(view.equals("symbol") ? "symbol/" + market.symbols().first() : view, PHONE);
    waitFor("content", "tbody tr");
    await("no wider than the screen")
        .atMost(PATIENCE)
        .until(() ->
            Boolean.TRUE.equals(
                browser.executeScript(
                    "return document.documentElement.scrollWidth <= window.innerWidth")));
    screenshot("phone-" + view);
  }

  @Test
  void token_isAskedFor_andRemembered() throws Exception {
    Application guarded =
        market.instance("guarded", "http.token=" + TOKEN, "application.id=guarded");
    this.guarded = guarded;
    browser.manage().window().setSize(DESKTOP);
    browser.get(Market.url(guarded) + "/#/health");
    waitFor("the dialog", "dialog[open]");
    browser.findElement(By.id("token")).sendKeys("wrong", Keys.ENTER);
    await("it is asked again")
        .atMost(PATIENCE)
        .until(() -> "".equals(browser.findElement(By.id("token")).getDomProperty("value")));
    waitFor("the dialog", "dialog[open]");
    browser.findElement(By.id("token")).sendKeys(TOKEN, Keys.ENTER);
    waitForText("127.0.0.1:" + guarded.httpPort());
    assertThat(browser.findElement(By.id("connection")).getText()).isEqualTo("live");
    browser.navigate().refresh();
    waitForText("127.0.0.1:" + guarded.httpPort());
    assertThat(browser.findElements(By.cssSelector("dialog[open]"))).isEmpty();
  }
}
