import { openPage } from "./launch.mjs";
import { PageProfile } from "./profile.mjs";

/** The names of the tasks that measure the library against work done by hand. */
export async function taskNames(browser, site) {
  const page = await openPage(browser, site.url(), "bench");
  const names = await page.evaluate(() => Object.keys(globalThis.bench.tasks));
  await page.close();
  return names;
}

/**
 * Runs one in a page of its own: what one leaves to be collected is not another's pause.
 * @param onProfiles - is given CPU profiles of the page and its workers; they are taken if it is there
 */
export async function runTask(browser, site, { task, query, scale, onProfiles }) {
  const parameters = new URLSearchParams(query);
  if (scale !== 1) parameters.set("scale", String(scale));
  const page = await openPage(browser, site.url(`?${parameters}`), "bench");
  try {
    const profile = onProfiles && (await PageProfile.start(page));
    const figures = await page.evaluate((name) => globalThis.bench.tasks[name](), task);
    if (profile) onProfiles(await profile.stop());
    return figures;
  } catch (error) {
    return [{ what: "the task itself", value: null, unit: "", detail: "", failed: String(error) }];
  } finally {
    await page.close();
  }
}
