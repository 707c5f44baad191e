/** No browser lays out boxes of any height: Firefox ends before 18 million pixels. */
const MAX_HEIGHT = 5_000_000;

/**
 * Where a list of any height stands, whose box has a limited one. Small steps move it by as many pixels,
 * large ones, as of a scrollbar that is dragged, to the same share of the whole.
 */
export class ScaledScroll {
  #contentHeight = 0;
  #viewHeight = 0;
  #top = 0;
  #boxTop = 0;

  /** Pixels of the list above the view. */
  get top(): number {
    return this.#top;
  }

  /** The height of the box that is scrolled. */
  get boxHeight(): number {
    return Math.min(this.#contentHeight, Math.max(MAX_HEIGHT, this.#viewHeight));
  }

  /** Where the box is to be scrolled to, to stand where the list does. */
  get boxTop(): number {
    return this.#contentHeight === this.boxHeight
      ? this.#top
      : (this.#top / this.#maxTop) * this.#maxBoxTop;
  }

  resize(contentHeight: number, viewHeight: number): void {
    this.#contentHeight = contentHeight;
    this.#viewHeight = viewHeight;
    this.scrollTo(this.#top);
  }

  /** Moves the list, within its bounds. The box is to follow, see `boxTop`. */
  scrollTo(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#maxTop));
  }

  /** The box has been put where the list is. */
  boxIsAt(boxTop: number): void {
    this.#boxTop = boxTop;
  }

  /** The box has been scrolled by somebody. */
  boxScrolled(boxTop: number): void {
    const step = boxTop - this.#boxTop;
    this.#boxTop = boxTop;
    if (step === 0) return;
    const isAtEnd = boxTop <= 0 || boxTop >= this.#maxBoxTop - 1;
    const isJump = isAtEnd || Math.abs(step) > 2 * this.#viewHeight;
    const isScaled = this.#contentHeight > this.boxHeight;
    if (!isScaled) this.scrollTo(boxTop);
    else if (isJump) this.scrollTo((boxTop / this.#maxBoxTop) * this.#maxTop);
    else this.scrollTo(this.#top + step);
  }

  get #maxTop(): number {
    return Math.max(0, this.#contentHeight - this.#viewHeight);
  }

  get #maxBoxTop(): number {
    return Math.max(1, this.boxHeight - this.#viewHeight);
  }
}
