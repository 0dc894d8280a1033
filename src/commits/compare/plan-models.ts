// Decides which models a comparison of two commits is about. Their code decides, not the records that happen to exist.

/** The models before or after, and their code. */
export interface ModelsOfCode {
  /** Ids. */
  readonly models: readonly string[];
  /** The hash of a model's code; undefined where it is not known. */
  codeOf(modelId: string): string | undefined;
}

/** What the user asked for, and what is compared if they did not ask. */
export interface PlanOptions {
  /** Ids of models; `all` stands for every model. By default the default models and all that differ. */
  readonly asked?: readonly string[] | undefined;
  /** Ids of the benchmark's default models. */
  readonly defaults: readonly string[];
}

/** The models of a comparison by what can be said of them; each in one list. */
export interface PlannedModels {
  /** Before and after, with different code, or with code that is not known. */
  readonly compared: readonly string[];
  /** Before and after, with the same code. */
  readonly unchanged: readonly string[];
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** Asked for, but neither before nor after. */
  readonly unknown: readonly string[];
}

/** The word that stands for every model. */
export const ALL_MODELS = 'all';

/** Plans a comparison. */
export function planModels(before: ModelsOfCode, after: ModelsOfCode, { asked, defaults }: PlanOptions): PlannedModels {
  const known = [...new Set([...before.models, ...after.models])];
  const isUnchanged = (id: string): boolean => {
    const code = before.codeOf(id);
    return code !== undefined && code === after.codeOf(id);
  };
  const all = asked?.includes(ALL_MODELS) ? known : asked;
  const ids = all ?? known.filter((id) => defaults.includes(id) || !isUnchanged(id));
  const inBoth = ids.filter((id) => before.models.includes(id) && after.models.includes(id));
  return {
    compared: inBoth.filter((id) => !isUnchanged(id)),
    unchanged: inBoth.filter(isUnchanged),
    onlyBefore: ids.filter((id) => before.models.includes(id) && !after.models.includes(id)),
    onlyAfter: ids.filter((id) => after.models.includes(id) && !before.models.includes(id)),
    unknown: ids.filter((id) => !known.includes(id)),
  };
}
