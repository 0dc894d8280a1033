// How the checks of a record report what they find.

/** Reports a contradiction: the path of the field, the value found and the value expected. */
export type Contradict = (field: string, problem: string) => void;
