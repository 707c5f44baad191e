import { deepStrictEqual } from "node:assert/strict";
import puppeteer from "puppeteer-core";
import { chromiumOptions, findFirefox } from "../../runner/browsers.mjs";
import { CITIES, READINGS } from "../fixtures/app.js";

/** Long enough for a machine that does much else; nothing is slept for. */
const PATIENCE_MS = 120_000;

const SEEN = { cities: CITIES, readings: READINGS, largeIsEqual: true };

/** A real Chromium. Its pages keep what they store until it is closed. */
export async function launchChromium() {
  return puppeteer.launch({ ...(await chromiumOptions()), protocolTimeout: PATIENCE_MS });
}

/** A real Firefox. @throws where there is none */
export async function launchFirefox() {
  return puppeteer.launch({ browser: "firefox", executablePath: findFirefox(), headless: true });
}

/** A page that collects what it complains of, as `page.complaints`. */
export async function newPage(browser) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  return page;
}

/** Opens an address, writes there, reloads, and finds what was written. */
export async function assertKeepsItsData(browser, url) {
  const page = await newPage(browser);
  try {
    await page.goto(url);
    deepStrictEqual(await outcomeOf(page), { step: "written", ...SEEN });
    await page.reload();
    deepStrictEqual(await outcomeOf(page), { step: "read", ...SEEN });
  } finally {
    await page.close();
  }
}

/** The error that the app ends with at an address. */
export async function errorAt(browser, url) {
  const page = await newPage(browser);
  try {
    await page.goto(url);
    const { error, step } = await outcomeOf(page);
    deepStrictEqual(step, "failed");
    return error;
  } finally {
    await page.close();
  }
}

/** What the app ends with. */
export async function outcomeOf(page) {
  try {
    await page.waitForFunction(() => globalThis.outcome !== undefined, { polling: 100 });
    return await page.evaluate(() => globalThis.outcome);
  } catch (cause) {
    throw new Error(`The app did not come to an end:\n${page.complaints.join("\n")}`, { cause });
  }
}
