// Which records a side of a comparison is made of.
import { unknownName } from '../../base/errors.ts';
import type { FitRecord } from '../../results/schema.ts';
import { latestRecords, ofNewestCode } from '../../results/select.ts';

/** What a side was asked for. */
export type Wanted =
  /** The records of one commit, of a checkout with uncommitted changes or without. */
  | { readonly kind: 'commit'; readonly commit: string; readonly dirty: boolean; readonly name: string }
  /** Everything there is: of every fit the newest. */
  | { readonly kind: 'newest'; readonly name: string }
  /** Everything there is, already chosen: a folder of its own. */
  | { readonly kind: 'all'; readonly name: string };

/** What both sides were measured on. */
export interface Ground {
  readonly benchmark: string;
  /** null for any. */
  readonly machineId: string | null;
}

/** What the user says of the ground. */
export interface GroundOptions {
  readonly benchmark?: string;
  readonly machine?: string;
  readonly acrossMachines?: boolean;
}

type Entry = { readonly record: FitRecord };

/**
 * Finds everything that a side could be made of: older fits and those of any benchmark and machine among it. References are
 * left out.
 *
 * @param entries records with whatever goes with them
 * @param wanted which of them
 */
export function ofSide<T extends Entry>(entries: readonly T[], wanted: Wanted): T[] {
  return entries
    .filter(({ record }) => record.model.role === 'model')
    .filter(({ record: { git } }) =>
      wanted.kind === 'commit' ? git?.commit === wanted.commit && git.dirty === wanted.dirty : true,
    );
}

/**
 * Picks the records of a side.
 *
 * @param entries records with whatever goes with them
 * @param wanted which of them
 * @param ground what they were measured on
 * @returns of every fit the newest, failures among them; of the newest side what the models' present code made
 */
export function pickSide<T extends Entry>(entries: readonly T[], wanted: Wanted, ground: Ground): T[] {
  const latest = latestRecords(
    ofSide(entries, wanted)
      .filter(({ record }) => record.benchmark === ground.benchmark)
      .filter(({ record }) => ground.machineId === null || record.machine.id === ground.machineId),
  );
  return wanted.kind === 'newest' ? ofNewestCode(latest) : latest;
}

/**
 * Finds what two sides have in common: the benchmark and machine on which most models of both were measured.
 *
 * @param before all that one side could be made of
 * @param after likewise
 * @param options benchmark and machine, where the user named them
 * @returns null when no model was measured alike on both
 * @throws UserError when a name is unknown
 */
export function commonGround(
  before: readonly FitRecord[],
  after: readonly FitRecord[],
  options: GroundOptions,
): Ground | null {
  const all = [...before, ...after];
  const check = (what: string, name: string | undefined, known: string[]): void => {
    if (name !== undefined && !known.includes(name)) throw unknownName(what, name, known, 'these have records');
  };
  check('benchmark', options.benchmark, [...new Set(all.map(({ benchmark }) => benchmark))]);
  check('machine', options.machine, [...new Set(all.map(({ machine }) => machine.id))]);
  const placeOf = ({ benchmark, machine }: FitRecord): string =>
    JSON.stringify([benchmark, options.acrossMachines ? null : machine.id]);
  const modelsOf = (side: readonly FitRecord[], place: string): Set<string> =>
    new Set(side.filter((record) => placeOf(record) === place).map(({ model }) => model.id));
  const places = [...new Set(all.map(placeOf))]
    .map((place) => {
      const [benchmark, machineId] = JSON.parse(place) as [string, string | null];
      const [one, other] = [modelsOf(before, place), modelsOf(after, place)];
      return { benchmark, machineId, common: [...one].filter((id) => other.has(id)).length };
    })
    .filter(({ benchmark }) => options.benchmark === undefined || benchmark === options.benchmark)
    .filter(({ machineId }) => options.machine === undefined || machineId === options.machine)
    .sort((a, b) => b.common - a.common);
  const [best] = places;
  return best && best.common > 0 ? { benchmark: best.benchmark, machineId: best.machineId } : null;
}
