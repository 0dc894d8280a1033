// Which records a side of a comparison is made of.
import { UserError, unknownName } from '../errors.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../results/schema.ts';
import { latestRecords } from '../results/select.ts';

/** What a side was asked for. */
export type Wanted =
  /** The records of one commit, of a checkout with uncommitted changes or without. */
  | { readonly kind: 'commit'; readonly commit: string; readonly dirty: boolean; readonly name: string }
  /** Everything there is: of every fit the newest. */
  | { readonly kind: 'newest'; readonly name: string }
  /** Everything there is, already chosen: a folder of its own. */
  | { readonly kind: 'all'; readonly name: string };

/** The records that both sides may be compared on. */
export interface Ground {
  readonly benchmark: string;
  readonly machineId: string;
  readonly splitHash: string;
}

/**
 * Picks the records of a side.
 *
 * @param records any
 * @param wanted which of them
 * @returns of every fit the newest, failures among them
 */
export function pickSide(records: readonly FitRecord[], wanted: Wanted): FitRecord[] {
  const own =
    wanted.kind === 'commit'
      ? records.filter(({ git }) => git?.commit === wanted.commit && git.dirty === wanted.dirty)
      : records;
  const competitors = own.filter(({ model }) => model.role === 'competitor');
  return latestRecords(competitors.map((record) => ({ record }))).map(({ record }) => record);
}

/**
 * Finds what two sides have in common: the benchmark and machine on which most models of both were measured.
 *
 * @param before one side
 * @param after the other
 * @param options benchmark and machine, where the user named them
 * @throws UserError when a name is unknown
 */
export function commonGround(
  before: readonly FitRecord[],
  after: readonly FitRecord[],
  options: { readonly benchmark?: string; readonly machine?: string },
): { readonly benchmark: string; readonly machineId: string } | null {
  const all = [...before, ...after];
  const check = (what: string, name: string | undefined, known: string[]): void => {
    if (name !== undefined && !known.includes(name)) throw unknownName(what, name, known, 'these have records');
  };
  check('benchmark', options.benchmark, [...new Set(all.map(({ benchmark }) => benchmark))]);
  check('machine', options.machine, [...new Set(all.map(({ machine }) => machine.id))]);
  const placeOf = ({ benchmark, machine }: FitRecord): string => JSON.stringify([benchmark, machine.id]);
  const modelsOf = (side: readonly FitRecord[], place: string): Set<string> =>
    new Set(side.filter((record) => placeOf(record) === place).map(({ model }) => model.id));
  const places = [...new Set(all.map(placeOf))]
    .map((place) => {
      const [benchmark, machineId] = JSON.parse(place) as [string, string];
      const [one, other] = [modelsOf(before, place), modelsOf(after, place)];
      return { benchmark, machineId, common: [...one].filter((id) => other.has(id)).length };
    })
    .filter(({ benchmark }) => options.benchmark === undefined || benchmark === options.benchmark)
    .filter(({ machineId }) => options.machine === undefined || machineId === options.machine)
    .sort((a, b) => b.common - a.common);
  return places[0] && places[0].common > 0 ? places[0] : null;
}

/** A model's fits on one side. */
export interface Fits {
  /** Those that ended well. */
  readonly finished: readonly FinishedRecord[];
  readonly failed: readonly FitRecord[];
}

/**
 * Collects the fits of one model.
 *
 * @param side records of one benchmark and machine
 * @param modelId of the model
 * @throws UserError when they differ in parameters: then it is not one model
 */
export function fitsOf(side: readonly FitRecord[], modelId: string): Fits {
  const own = side.filter(({ model }) => model.id === modelId);
  const params = new Set(own.map(({ model }) => JSON.stringify(Object.entries(model.params).sort())));
  if (params.size > 1) throw new UserError(`${modelId} was fitted with ${params.size} sets of parameters on one side`);
  return { finished: own.filter(isFinished), failed: own.filter((record) => !isFinished(record)) };
}
