/** What a commit has made durable. */
export interface CommittedRow {
  readonly id: string;
  readonly sha256: string;
  readonly pack: string | undefined;
}

/** Whoever does something: it dies at once and with all its locks. */
export class Owner {
  /** Blobs whose shared lock it holds. */
  readonly shared = new Set<string>();
  /** The blob whose lock it holds alone. */
  exclusive: string | undefined;
  /** Whether it holds the lock of an owner, by which others tell whether it lives. */
  isLocked = false;
}

/** What tabs share: OPFS, IndexedDB and locks. Each call takes effect at once and as a whole. */
export class ByteStore {
  /** Files by their hash, and whether their bytes are what they were. */
  readonly files = new Map<string, "good" | "bad">();
  readonly temporaries = new Map<string, Owner>();
  readonly packs = new Map<string, Owner>();
  readonly rows: CommittedRow[] = [];
  /** Blobs that have a row of their own. */
  readonly blobRows = new Set<string>();
  readonly owners = new Set<Owner>();

  /** How many rows name a blob. */
  references(sha256: string): number {
    return this.rows.filter((row) => row.sha256 === sha256).length;
  }

  isShared(sha256: string): boolean {
    return [...this.owners].some(({ shared }) => shared.has(sha256));
  }

  isExclusive(sha256: string): boolean {
    return [...this.owners].some(({ exclusive }) => exclusive === sha256);
  }

  /** Whether an owner's lock is held. */
  isLive(owner: Owner): boolean {
    return this.owners.has(owner) && owner.isLocked;
  }

  /** Hashes of files and of rows that say there is one. */
  listBlobs(): string[] {
    return [...new Set([...this.files.keys(), ...this.blobRows])];
  }
}
