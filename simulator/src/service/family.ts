export type FamilyName =
  | "features"
  | "tasks"
  | "task-runs"
  | "profile/custom-attributes"
  | "profile/shopping-intents";

/**
 * What one family has of its own; all that families share is in the operations. Data only: a family's
 * name is its collection path below `/api/v1`.
 */
export interface Family {
  /** As in `run_id` and `run_name`: requests say `name`, answers say this. */
  readonly stem: string;
  /** The array of a list. */
  readonly list: string;
  /** What a POST says beside `name`, in the order of the answers. */
  readonly fields: readonly Field[];
  /** Fields that have a value only once the job is completed. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** The parents whose lines add up to those of this job; empty where its own sources are counted. */
  readonly linesFrom: readonly string[];
  /** Input objects that the job reads. */
  readonly sources: readonly Source[];
  /** The fields that say where the result object goes. */
  readonly result?: { readonly bucket: string; readonly path: string };
  /** The field whose parts name the figures in each line of a result; one score where there is none. */
  readonly columnsFrom?: string;
  /** Where a result that stays with the service is downloaded. */
  readonly downloadPath?: string;
  /** Whether the job takes room in the service's own storage. */
  readonly isStored: boolean;
  /** The switch that says whether such jobs run one after the other. */
  readonly queueSwitch?: "tasksAtOnce";
  /** Whether a seeded job is completed at once, because tests mostly need it as a parent. */
  readonly isSeededCompleted: boolean;
}

export type Field = FieldOfEveryKind &
  (
    | { readonly kind: "bucket" | "keywords" }
    | { readonly kind: "path"; readonly refusal: PathRefusal }
    | { readonly kind: "parent"; readonly family: FamilyName; readonly partOf?: PartOf }
  );

export type ParentField = Extract<Field, { kind: "parent" }>;

/** Says that a parent may have to be one of another parent's own, and which switch decides. */
export interface PartOf {
  readonly field: string;
  readonly enforcedBy: "featureMustBeTasksOwn";
}

interface FieldOfEveryKind {
  readonly name: string;
  /** A switch's name where documents disagree. */
  readonly isRequired: boolean | "resultRequired";
  /** What a seeded job holds unless it says otherwise. */
  readonly seeded?: string;
}

export type PathRefusal = "pathCharacter" | "trainPathCharacter" | "testPathCharacter";

export interface Source {
  readonly bucket: string;
  readonly path: string;
  readonly content: "behaviour" | "labels";
  readonly missing: "pathNotFound" | "trainPathNotFound" | "testPathNotFound";
}

/** What a measure counts. */
export type Measure = "lines" | "tokens" | "sourceBytes" | "modelBytes" | "resultBytes" | "auroc";
