import { differencesOf } from "./compare.mjs";
import { figuresOfRivals } from "./figures.mjs";

/**
 * The results of a run with those that an earlier one has of other tasks and scenarios.
 * @throws where the earlier ones are of another machine, browser or size
 */
export function withEarlier(results, earlier) {
  const browsers = { ...earlier.browsers, ...results.browsers };
  // A browser that only one of the two ran in is no difference.
  const differences = differencesOf(
    { ...earlier, browsers: { ...browsers, ...earlier.browsers } },
    { ...results, browsers },
  );
  if (differences.length > 0) {
    throw new Error(`Cannot keep earlier results: they differ in ${differences.join(", ")}`);
  }
  const isLeft = (browser, name) => {
    return !results.parts.some((part) => part.browser === browser && part.name === name);
  };
  return {
    ...results,
    browsers,
    versions: { ...earlier.versions, ...results.versions },
    contenders: { ...earlier.contenders, ...results.contenders },
    scenarios: { ...earlier.scenarios, ...results.scenarios },
    parts: [...earlier.parts.filter((part) => isLeft(part.browser, part.name)), ...results.parts],
    figures: [
      ...earlier.figures.filter(({ browser, task, isOfRivals }) => {
        return !isOfRivals && isLeft(browser, task);
      }),
      ...results.figures,
    ],
    rivals: [
      ...earlier.rivals.filter(({ browser, scenario }) => isLeft(browser, scenario)),
      ...results.rivals,
    ],
  };
}

/** The results with what follows from the rounds of all contenders among their figures. */
export function withFigures(results) {
  const { browsers, figures, rivals } = results;
  const following = Object.keys(browsers).flatMap((name) => figuresOfRivals(name, rivals));
  return { ...results, figures: [...figures, ...following] };
}
