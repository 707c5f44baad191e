import { chromeLauncher } from "@web/test-runner-chrome";

/**
 * A Chromium or Firefox launcher that gives each test file a fresh browser context: its own OPFS,
 * IndexedDB and locks, and a tab that is never hidden. The runner's own launcher shares one profile
 * between files and uses a finished file's page again.
 */
export function isolatedLauncher(options) {
  const launcher = chromeLauncher({ ...options, createPage: openPageInNewContext });
  const stopSession = launcher.stopSession.bind(launcher);

  launcher.stopSession = async (sessionId) => {
    const page = launcher.activePages.get(sessionId);
    const result = await stopSession(sessionId);
    launcher.inactivePages = launcher.inactivePages.filter((inactive) => inactive !== page);
    await page?.puppeteerPage.browserContext().close();
    return result;
  };
  return launcher;
}

async function openPageInNewContext({ browser }) {
  const context = await browser.createBrowserContext();
  return context.newPage();
}
