import puppeteer from "puppeteer-core";
import { chromiumOptions, findFirefox } from "../../test/runner/browsers.mjs";

/** Starts a browser with a profile of its own. */
export async function launch(name) {
  const timeouts = { protocolTimeout: 60 * 60_000 };
  if (name === "firefox") {
    return puppeteer.launch({ ...timeouts, browser: "firefox", executablePath: findFirefox() });
  }
  if (name !== "chromium") throw new Error(`The bench runs in chromium and firefox, not "${name}"`);
  // Memory is measured when it is asked for, and not when garbage happens to be collected next.
  const args = ["--js-flags=--expose-gc", "--enable-blink-features=ForceEagerMeasureMemory"];
  return puppeteer.launch({ ...timeouts, ...(await chromiumOptions(args)) });
}

/** Opens a page of the bench, and waits until it is ready. */
export async function openPage(browser, url, ready) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(url);
  await page.waitForFunction((name) => globalThis[name] !== undefined, {}, ready);
  return page;
}
