// The expressions that the texts of this project avoid, as data, and what to write instead.

/** One expression to avoid. */
export interface Rule {
  /** Matched without regard to case, in text whose line breaks are single spaces and in identifiers split into words. */
  readonly avoid: RegExp;
  /** What to write instead. */
  readonly use: string;
  /** Files where the expression is meant in its ordinary technical sense, matched by their path. */
  readonly except?: RegExp;
  /** Contexts in which the expression is right, matched around it. */
  readonly unless?: RegExp;
  /** Only these files are read; without it, all. */
  readonly only?: RegExp;
}

/** Code that reads records and commands of earlier versions, and must name what they are called there. */
const OLD_NAMES =
  /^src\/results\/(migrate|schema)\.ts$|^src\/cli\/(program|references)\.ts$|^test\/results\/migrate(\.slow)?\.test\.ts$|^test\/cli\/(program|references)(\.slow)?\.test\.ts$|^CHANGELOG\.md$/;

export const RULES: readonly Rule[] = [
  // What we publish and compare.
  { avoid: /\bprinted elsewhere\b|\bprinted (accuracy|figures?|numbers?)\b/, use: 'published, published accuracy' },
  {
    avoid: /\bwho competes\b|\bcompetitors?\b|\bcontenders?\b|\bcompetes?\b/,
    use: 'models',
    except: OLD_NAMES,
  },
  {
    avoid: /\bpeers?\b|\bnamesakes?\b|\brivals?\b/,
    use: 'reference implementation',
    except: OLD_NAMES,
    unless: /peerDependenc/,
  },
  { avoid: /\bguests?\b|\bguest and host\b/, use: 'reference implementation, and the model it is compared with' },
  { avoid: /\bduels?\b/, use: 'pairwise test' },
  { avoid: /\bwhat is taken for what\b/, use: 'confusion matrices' },
  { avoid: /\bwho can be told apart\b/, use: 'statistical significance' },
  { avoid: /\bhow sure,? how right\b/, use: 'calibration' },
  {
    avoid: /\bfloor\b/,
    use: 'majority baseline, or minimum effect',
    unless: /\bfloor ?\(|math floor|\bfloor of\b|\bfloor\(/,
  },
  {
    avoid: /\bgrowth\b/,
    use: 'scaling',
    only: /^(src|test)\/(report|cli|commits)\/|^(benchmarks|tools|docs)\/|\.md$/,
    unless: /allow[_ ]growth/,
  },
  { avoid: /\battentions?\b/, use: 'gradCam, Grad-CAM', except: OLD_NAMES },
  // What the exploration finds.
  { avoid: /\btwins?\b/, use: 'near-duplicates' },
  { avoid: /\bsuspects?\b/, use: 'likely label errors' },
  { avoid: /\bink\b/, use: 'foreground, foreground share' },
  { avoid: /\blikeness\b/, use: 'out-of-distribution score' },
  // The adapter interface.
  { avoid: /\bcontracts?\b/, use: 'the adapter interface (its types) or the conformance checks (its tests)' },
  { avoid: /\baloud\b/, use: 'leave it out' },
  { avoid: /\bkeeps? (its|their) word\b|\bto (its|their) word\b/, use: 'what is checked, and how' },
  // Parts of the program.
  { avoid: /\bwish(es|ed)?\b/, use: 'options' },
  { avoid: /\bpanels?\b/, use: 'loaded models', only: /^(src|test)\/(app\/(predict|serve)|cli)\// },
  { avoid: /\bworkshops?\b/, use: 'ProvisionContext, or what it holds' },
  { avoid: /\blanes?\b/, use: 'worker', unless: /simd|vector/ },
  {
    avoid: /\bmachines?\b/,
    use: 'binary classifier',
    only: /^(src|test)\/solvers\/svm\//,
    unless: /(vector|sv) machines?|machine learning/,
  },
  { avoid: /\bstates? of the code\b|\bpresent (code|state|reader|writer)\b/, use: 'commit, checked-out code' },
  {
    avoid: /\bsides?\b/,
    use: 'before and after, or the commit',
    only: /^(src|test)\/commits\/|^(src|test)\/cli\/diff/,
    unless: /side by side|two-sided|one-sided/,
  },
  // Phrases.
  { avoid: /\bunless told\b/, use: 'by default' },
  { avoid: /\bso often\b|\bso many\b|\bso much\b/, use: 'N times, or say the number' },
  { avoid: /\bin turns?\b|\btak(es?|ing) turns\b/, use: 'alternating, or one after the other' },
  { avoid: /\b(of|on|in) (its|one's|their|your|his|her|my|our) own\b/, use: 'own, separate, or yourself' },
  { avoid: /\bbeside\b/, use: 'next to, with, or leave it out' },
  { avoid: /\bside by the name of\b/, use: 'named' },
  { avoid: /\bto be had\b/, use: 'available' },
  { avoid: /\bfor (there|it|they) (was|were|is|are) (none|no)\b/, use: 'because there is no …' },
  { avoid: /\bwords\b/, use: 'args, text, or name', unless: /-bit words|words (of|in) (memory|a sentence)/ },
];
