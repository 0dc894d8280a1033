// Parameters of a model: the values that a user may change and that every record keeps.

/** One parameter's value. */
export type ParamValue = number | string | boolean;

/** A model's parameters by name. `--set id.param=value` changes one. */
export type Params = Readonly<Record<string, ParamValue>>;
