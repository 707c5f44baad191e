/** A value that a column's values are compared with. */
export type FilterValue = number | bigint | string | boolean | Date | Uint8Array | null | undefined;

/** How one column's values are compared. All that are given must hold. */
export interface ColumnFilter {
  /** Equal; `null` for rows where it is null. */
  readonly $eq?: FilterValue;
  /** Not equal; rows where it is null are not equal to any value but null. */
  readonly $ne?: FilterValue;
  /** Greater. */
  readonly $gt?: FilterValue;
  /** Greater or equal. */
  readonly $gte?: FilterValue;
  /** Less. */
  readonly $lt?: FilterValue;
  /** Less or equal. */
  readonly $lte?: FilterValue;
  /** Equal to one of them. */
  readonly $in?: readonly FilterValue[];
  /** Equal to none of them. */
  readonly $nin?: readonly FilterValue[];
  /** What does not hold. */
  readonly $not?: ColumnFilter;
}

/**
 * Which rows are wanted, as in hyparquet: a value or comparisons by column name, all of which must hold,
 * or filters that are joined by `$and`, `$or` and `$nor`.
 */
export type RowFilter =
  | {
      /** All of them match. */
      readonly $and: readonly RowFilter[];
    }
  | {
      /** One of them matches. */
      readonly $or: readonly RowFilter[];
    }
  | {
      /** None of them matches. */
      readonly $nor: readonly RowFilter[];
    }
  | {
      /** It does not match. */
      readonly $not: RowFilter;
    }
  | { readonly [column: string]: FilterValue | ColumnFilter };
