<?php
/**
 * Linear memory.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

require_once __DIR__ . '/class-numbers.php';

/**
 * Memory as a packed array of unsigned 32-bit words, lowest byte first.
 *
 * Compiled code reads and writes the words itself where it can. A read beyond the end is an undefined
 * key, which {@see Module} turns into a trap; whatever writes here checks the bounds before.
 */
abstract class Memory extends Numbers {

	const PAGE = 65536;

	/**
	 * The words. Functions hold references to it.
	 *
	 * @var int[]
	 */
	public $m = array();

	/**
	 * Size in pages of 64 KiB.
	 *
	 * @var int
	 */
	public $pages = 0;

	/**
	 * Bits that no aligned address has for which a store may skip all tests: memory counts up to the
	 * largest power of two inside it. Right, if slower, for functions that saw it before memory grew.
	 *
	 * @var int
	 */
	public $k = -1;

	/**
	 * Pages that memory never grows beyond.
	 *
	 * @var int
	 */
	protected $max_pages = 0;

	/**
	 * Data segments that have not been dropped, as strings.
	 *
	 * @var string[]
	 */
	protected $segments = array();

	/**
	 * Sets size and limit; the words are there already.
	 *
	 * @param int $pages Size.
	 * @param int $max   Limit.
	 */
	protected function size_memory( $pages, $max ) {
		$this->pages     = $pages;
		$this->max_pages = $max;
		$this->k         = $pages ? -1 << \strlen( \decbin( $pages * self::PAGE ) ) - 1 | 3 : -1;
	}

	/**
	 * Grows memory, up to its limit and as far as PHP's own memory_limit leaves room for it.
	 *
	 * @param int $by Pages.
	 * @return int The old size, or -1 as an i32.
	 */
	public function memory_grow( $by ) {
		$old = $this->pages;
		if ( $old + $by > $this->max_pages || ( $by > 0 && ! self::has_room( $old + $by, $by ) ) ) {
			return 0xffffffff;
		}
		$this->size_memory( $old + $by, $this->max_pages );
		$words = $this->pages * ( self::PAGE >> 2 );
		// Before PHP 8.3 array_pad() adds 1,048,576 elements at most.
		for ( $count = \count( $this->m ); $count < $words; ) {
			$count   = \min( $words, $count + 0x80000 );
			$this->m = \array_pad( $this->m, $count, 0 );
		}
		return $old;
	}

	/**
	 * Whether PHP can have memory of a size while it still has what is there now: beyond its limit PHP
	 * would end the request.
	 *
	 * @param int $pages The new size.
	 * @param int $by    What is new of it.
	 */
	private static function has_room( $pages, $by ) {
		$text  = (string) \ini_get( 'memory_limit' );
		$shift = array( 'g' => 30, 'm' => 20, 'k' => 10 )[ \strtolower( \substr( $text, -1 ) ) ] ?? 0;
		$limit = (int) $text << $shift;
		if ( $limit <= 0 ) {
			return true;
		}
		// An array has room for a power of two; an element takes 16 bytes, before PHP 8.2 twice that.
		$bytes = 1 << \strlen( \decbin( $pages * ( self::PAGE >> 2 ) - 1 ) ) + ( \PHP_VERSION_ID < 80200 ? 5 : 4 );
		// Growing by more than 32 pages goes through arrays of sizes between. Some is left for PHP itself.
		return \memory_get_usage() + $bytes * ( $by > 32 ? 2 : 1 ) + 0x400000 <= $limit;
	}

	/**
	 * Traps unless a range lies inside memory.
	 *
	 * @param int $address First byte.
	 * @param int $bytes   How many.
	 * @throws Trap If it does not.
	 */
	private function check( $address, $bytes ) {
		if ( $address < 0 || $address + $bytes > $this->pages * self::PAGE ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
	}

	/**
	 * Traps unless an aligned word lies inside memory.
	 *
	 * @param int $address Its address.
	 * @throws Trap If it does not.
	 */
	public function inside( $address ) {
		if ( $address + 4 > $this->pages << 16 ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
	}

	/**
	 * Loads a byte.
	 *
	 * @param int $address Address.
	 */
	public function l1( $address ) {
		return $this->m[ $address >> 2 ] >> ( $address & 3 ) * 8 & 255;
	}

	/**
	 * Loads 16 bits.
	 *
	 * @param int $address Address, of any alignment.
	 */
	public function l2( $address ) {
		$shift = ( $address & 3 ) * 8;
		if ( 24 === $shift ) {
			return $this->m[ $address >> 2 ] >> 24 | ( $this->m[ $address + 1 >> 2 ] & 255 ) << 8;
		}
		return $this->m[ $address >> 2 ] >> $shift & 0xffff;
	}

	/**
	 * Loads 32 bits.
	 *
	 * @param int $address Address, of any alignment.
	 */
	public function l4( $address ) {
		if ( $address & 3 ) {
			$shift = ( $address & 3 ) * 8;
			return ( $this->m[ $address >> 2 ] >> $shift | $this->m[ ( $address >> 2 ) + 1 ] << 32 - $shift ) & 0xffffffff;
		}
		return $this->m[ $address >> 2 ];
	}

	/**
	 * Loads 64 bits.
	 *
	 * @param int $address Address, of any alignment.
	 */
	public function l8( $address ) {
		$word = $address >> 2;
		if ( $address & 3 ) {
			$shift = ( $address & 3 ) * 8;
			return $this->m[ $word ] >> $shift | $this->m[ $word + 1 ] << 32 - $shift | $this->m[ $word + 2 ] << 64 - $shift;
		}
		return $this->m[ $word + 1 ] << 32 | $this->m[ $word ];
	}

	/**
	 * Loads an f32.
	 *
	 * @param int $address Address, of any alignment.
	 */
	public function load_f32( $address ) {
		return $this->f32_from_bits( $this->l4( $address ) );
	}

	/**
	 * Loads an f64.
	 *
	 * @param int $address Address, of any alignment.
	 */
	public function load_f64( $address ) {
		return \unpack( 'e', \pack( 'P', $this->l8( $address ) ) )[1];
	}

	/**
	 * Stores a byte.
	 *
	 * @param int $address Address.
	 * @param int $value   Value below 256.
	 */
	public function s1( $address, $value ) {
		$word  = $address >> 2;
		$shift = ( $address & 3 ) * 8;
		// The word is read first: beyond the end this is the trap.
		$this->m[ $word ] = $this->m[ $word ] & ~( 255 << $shift ) | $value << $shift;
	}

	/**
	 * Stores 16 bits.
	 *
	 * @param int $address Address, of any alignment.
	 * @param int $value   Value below 65536.
	 * @throws Trap If they are not inside memory.
	 */
	public function s2( $address, $value ) {
		if ( $address + 2 > $this->pages << 16 ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
		$word  = $address >> 2;
		$shift = ( $address & 3 ) * 8;
		if ( 24 === $shift ) {
			$this->s1( $address, $value & 255 );
			$this->s1( $address + 1, $value >> 8 );
			return;
		}
		$this->m[ $word ] = $this->m[ $word ] & ~( 0xffff << $shift ) | $value << $shift;
	}

	/**
	 * Stores 32 bits.
	 *
	 * @param int $address Address, of any alignment.
	 * @param int $value   An i32.
	 * @throws Trap If they are not inside memory.
	 */
	public function s4( $address, $value ) {
		$word = $address >> 2;
		// The end of the word, so that empty memory has no address that passes.
		if ( ! ( $address + 4 & $this->k ) ) {
			$this->m[ $word ] = $value;
			return;
		}
		if ( $address + 4 > $this->pages << 16 ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
		$shift = ( $address & 3 ) * 8;
		if ( 0 === $shift ) {
			$this->m[ $word ] = $value;
			return;
		}
		$low = ( 1 << $shift ) - 1;

		$this->m[ $word ]     = $this->m[ $word ] & $low | $value << $shift & 0xffffffff;
		$this->m[ $word + 1 ] = $this->m[ $word + 1 ] & ~$low | $value >> 32 - $shift;
	}

	/**
	 * Stores 64 bits.
	 *
	 * @param int $address Address, of any alignment.
	 * @param int $value   An i64.
	 * @throws Trap If they are not inside memory.
	 */
	public function s8( $address, $value ) {
		if ( ! ( $address + 4 & $this->k ) ) {
			$word = $address >> 2;

			$this->m[ $word ]     = $value & 0xffffffff;
			$this->m[ $word + 1 ] = $value >> 32 & 0xffffffff;
			return;
		}
		if ( $address + 8 > $this->pages << 16 ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
		$this->s4( $address, $value & 0xffffffff );
		$this->s4( $address + 4, $value >> 32 & 0xffffffff );
	}

	/**
	 * Copies 64 bits.
	 *
	 * @param int $to   Target, of any alignment.
	 * @param int $from Source, of any alignment.
	 * @throws Trap If they are not inside memory.
	 */
	public function c8( $to, $from ) {
		if ( $from & 3 || $to + 4 & $this->k ) {
			$this->s8( $to, $this->l8( $from ) );
			return;
		}
		$high = $this->m[ ( $from >> 2 ) + 1 ];

		$this->m[ $to >> 2 ]         = $this->m[ $from >> 2 ];
		$this->m[ ( $to >> 2 ) + 1 ] = $high;
	}

	/**
	 * Stores an f32.
	 *
	 * @param int   $address Address, of any alignment.
	 * @param float $value   Value.
	 */
	public function store_f32( $address, $value ) {
		$this->s4( $address, $this->f32_bits( $value ) );
	}

	/**
	 * Stores an f64.
	 *
	 * @param int   $address Address, of any alignment.
	 * @param float $value   Value.
	 */
	public function store_f64( $address, $value ) {
		$this->s8( $address, $this->f64_bits( $value ) );
	}

	/**
	 * Copies up to eight bytes inside memory, all read before one is written: most copies are that short.
	 *
	 * @param int $to    Target.
	 * @param int $from  Source.
	 * @param int $bytes How many.
	 */
	private function copy_few( $to, $from, $bytes ) {
		$m     = &$this->m;
		$word  = $from >> 2;
		$shift = ( $from & 3 ) * 8;
		$bits  = $bytes * 8;
		$ones  = ( 1 << $bits ) - 1;
		$value = ( $m[ $word ] ?? 0 ) >> $shift;
		if ( $shift + $bits > 32 ) {
			$value |= $m[ $word + 1 ] << 32 - $shift;
			if ( $shift + $bits > 64 ) {
				$value |= $m[ $word + 2 ] << 64 - $shift;
			}
		}
		$value &= $ones;
		$word   = $to >> 2;
		$shift  = ( $to & 3 ) * 8;
		$end    = $shift + $bits;
		if ( $end <= 32 ) {
			// Nothing to copy may be behind the end of memory.
			if ( $bits ) {
				$m[ $word ] = $m[ $word ] & ~( $ones << $shift ) | $value << $shift;
			}
			return;
		}
		$m[ $word ]     = $m[ $word ] & ( 1 << $shift ) - 1 | $value << $shift & 0xffffffff;
		$rest           = $end < 64 ? ( 1 << $end - 32 ) - 1 : 0xffffffff;
		$m[ $word + 1 ] = $m[ $word + 1 ] & ~$rest | $value >> 32 - $shift & $rest;
		if ( $end > 64 ) {
			$rest           = ( 1 << $end - 64 ) - 1;
			$m[ $word + 2 ] = $m[ $word + 2 ] & ~$rest | $value >> 64 - $shift & $rest;
		}
	}

	/**
	 * Copies bytes inside memory; the ranges may overlap.
	 *
	 * @param int $to    Target.
	 * @param int $from  Source.
	 * @param int $bytes How many.
	 * @throws Trap If a range is not inside memory.
	 */
	public function memory_copy( $to, $from, $bytes ) {
		$end = $this->pages * self::PAGE - $bytes;
		if ( $to > $end || $from > $end ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
		if ( $bytes <= 8 ) {
			$this->copy_few( $to, $from, $bytes );
			return;
		}
		$m     = &$this->m;
		$first = $to >> 2;
		$last  = $to + $bytes - 1 >> 2;
		$byte  = $from - ( $to & 3 );
		$j     = $byte >> 2;
		$up    = ( $byte & 3 ) * 8;
		$head  = 0xffffffff << ( $to & 3 ) * 8 & 0xffffffff;
		$tail  = 0xffffffff >> 24 - ( $to + $bytes - 1 & 3 ) * 8;
		if ( $up ) {
			$this->copy_shifted( $first, $last, $j, $up, $head, $tail );
			return;
		}
		if ( $first === $last ) {
			$head       &= $tail;
			$m[ $first ] = $m[ $first ] & ~$head | $m[ $j ] & $head;
			return;
		}
		if ( $to > $from && $first <= $j + $last - $first ) {
			// The target overlaps the source from above: from the end.
			$j         += $last - $first;
			$m[ $last ] = $m[ $last ] & ~$tail | $m[ $j ] & $tail;
			for ( $i = $last - 1; $i > $first; $i-- ) {
				$m[ $i ] = $m[ --$j ];
			}
			$m[ $first ] = $m[ $first ] & ~$head | $m[ --$j ] & $head;
			return;
		}
		$m[ $first ] = $m[ $first ] & ~$head | $m[ $j ] & $head;
		for ( $i = $first + 1; $i < $last; $i++ ) {
			$m[ $i ] = $m[ ++$j ];
		}
		$m[ $last ] = $m[ $last ] & ~$tail | $m[ ++$j ] & $tail;
	}

	/**
	 * Copies where each word of the target is made of two words of the source.
	 *
	 * In the words at both ends, and only there, the source may be read beyond memory's bounds.
	 *
	 * @param int $first First word of the target.
	 * @param int $last  Last word of the target.
	 * @param int $j     Word of the source that the first begins in.
	 * @param int $up    At which of its bits.
	 * @param int $head  Bits of the first word that are written.
	 * @param int $tail  Bits of the last word that are written.
	 */
	private function copy_shifted( $first, $last, $j, $up, $head, $tail ) {
		$m    = &$this->m;
		$down = 32 - $up;
		if ( $first === $last ) {
			$head       &= $tail;
			$m[ $first ] = $m[ $first ] & ~$head | ( ( $m[ $j ] ?? 0 ) >> $up | ( $m[ $j + 1 ] ?? 0 ) << $down ) & $head;
			return;
		}
		if ( $j < $first && $first <= $j + $last - $first + 1 ) {
			// The target overlaps the source from above: from the end.
			$j         += $last - $first;
			$word       = $m[ $j ];
			$m[ $last ] = $m[ $last ] & ~$tail | ( $word >> $up | ( $m[ $j + 1 ] ?? 0 ) << $down ) & $tail;
			for ( $i = $last - 1; $i > $first; $i-- ) {
				$above   = $word << $down & 0xffffffff;
				$word    = $m[ --$j ];
				$m[ $i ] = $word >> $up | $above;
			}
			$m[ $first ] = $m[ $first ] & ~$head | ( ( $m[ $j - 1 ] ?? 0 ) >> $up | $word << $down ) & $head;
			return;
		}
		$below       = ( $m[ $j ] ?? 0 ) >> $up;
		$word        = $m[ ++$j ];
		$m[ $first ] = $m[ $first ] & ~$head | ( $below | $word << $down ) & $head;
		for ( $i = $first + 1; $i < $last; $i++ ) {
			$below   = $word >> $up;
			$word    = $m[ ++$j ];
			$m[ $i ] = $below | $word << $down & 0xffffffff;
		}
		$m[ $last ] = $m[ $last ] & ~$tail | ( $word >> $up | ( $m[ $j + 1 ] ?? 0 ) << $down ) & $tail;
	}

	/**
	 * Fills a range with one byte.
	 *
	 * @param int $to    Target.
	 * @param int $value The byte is its lowest one.
	 * @param int $bytes How many.
	 */
	public function memory_fill( $to, $value, $bytes ) {
		$this->check( $to, $bytes );
		if ( 0 === $bytes ) {
			return;
		}
		$m     = &$this->m;
		$word  = ( $value & 255 ) * 0x01010101;
		$first = $to >> 2;
		$last  = $to + $bytes - 1 >> 2;
		$head  = 0xffffffff << ( $to & 3 ) * 8 & 0xffffffff;
		$tail  = 0xffffffff >> 24 - ( $to + $bytes - 1 & 3 ) * 8;
		if ( $first === $last ) {
			$head &= $tail;
		} else {
			for ( $i = $first + 1; $i < $last; $i++ ) {
				$m[ $i ] = $word;
			}
			$m[ $last ] = $m[ $last ] & ~$tail | $word & $tail;
		}
		$m[ $first ] = $m[ $first ] & ~$head | $word & $head;
	}

	/**
	 * Copies from a data segment.
	 *
	 * @param int $to      Target.
	 * @param int $from    Offset in the segment.
	 * @param int $bytes   How many.
	 * @param int $segment Its index.
	 * @throws Trap If the range is not inside the segment.
	 */
	public function memory_init( $to, $from, $bytes, $segment ) {
		$data = $this->segments[ $segment ] ?? '';
		if ( $from + $bytes > \strlen( $data ) ) {
			throw new Trap( Trap::OUT_OF_BOUNDS );
		}
		$this->write( $to, \substr( $data, $from, $bytes ) );
	}

	/**
	 * Forgets a data segment.
	 *
	 * @param int $segment Its index.
	 */
	public function data_drop( $segment ) {
		unset( $this->segments[ $segment ] );
	}

	/**
	 * Writes a string into memory.
	 *
	 * @param int    $to   Target.
	 * @param string $data The bytes.
	 */
	public function write( int $to, string $data ): void {
		$bytes = \strlen( $data );
		$this->check( $to, $bytes );
		if ( 0 === $bytes ) {
			return;
		}
		// Filled up to whole words with what is there already.
		$before = $to & 3;
		$after  = -( $to + $bytes ) & 3;
		$first  = $to >> 2;
		if ( $before ) {
			$data = $this->read( $to - $before, $before ) . $data;
		}
		if ( $after ) {
			$data .= $this->read( $to + $bytes, $after );
		}
		$m = &$this->m;
		foreach ( \unpack( 'V*', $data ) as $index => $word ) {
			$m[ $first + $index - 1 ] = $word;
		}
	}

	/**
	 * Reads a string from memory.
	 *
	 * @param int $from  Source.
	 * @param int $bytes How many.
	 */
	public function read( int $from, int $bytes ): string {
		$this->check( $from, $bytes );
		$first = $from >> 2;
		$end   = $from + $bytes + 3 >> 2;
		$data  = '';
		// Not all at once, since each word is an argument.
		for ( ; $first < $end; $first += 4096 ) {
			$data .= \pack( 'V*', ...\array_slice( $this->m, $first, \min( 4096, $end - $first ) ) );
		}
		return \substr( $data, $from & 3, $bytes );
	}
}
