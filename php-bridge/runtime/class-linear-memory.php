<?php
/**
 * A memory outside of a module.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * A memory to import, or one that a module exports: then its words are the module's own.
 */
final class Linear_Memory extends Memory {

	/**
	 * Pages that a memory without a maximum grows to.
	 */
	const LIMIT = 256;

	/**
	 * The declared maximum, in pages, if there is one.
	 *
	 * @var int|null
	 */
	public $maximum;

	/**
	 * Makes a memory full of zeros.
	 *
	 * @param int      $pages   Size in pages of 64 KiB.
	 * @param int|null $maximum Pages that it never grows beyond.
	 * @throws \InvalidArgumentException If that is no size of a memory, or there is no room for it.
	 */
	public function __construct( int $pages, ?int $maximum = null ) {
		if ( $pages < 0 || $pages > 65536 ) {
			throw new \InvalidArgumentException( 'A memory has 0 to 65536 pages.' );
		}
		$this->maximum = $maximum;
		$this->size_memory( 0, $maximum ?? \max( $pages, self::LIMIT ) );
		if ( 0xffffffff === $this->memory_grow( $pages ) ) {
			throw new \InvalidArgumentException( 'The memory is larger than its maximum, or than what PHP\'s memory_limit has room for: give it fewer pages, or raise the limit.' );
		}
	}

	/**
	 * Gives the memory of an instance.
	 *
	 * @param Memory   $instance The instance.
	 * @param int|null $maximum  The declared maximum.
	 */
	public static function of( Memory $instance, ?int $maximum ): self {
		$memory = new self( 0, $maximum );
		self::share( $instance, $memory );
		return $memory;
	}

	/**
	 * Makes two objects hold one memory.
	 *
	 * @param Memory $from Whose memory it is.
	 * @param Memory $with What shall hold it too.
	 */
	public static function share( Memory $from, Memory $with ): void {
		$with->m         = &$from->m;
		$with->pages     = &$from->pages;
		$with->k         = &$from->k;
		$with->max_pages = &$from->max_pages;
	}
}
