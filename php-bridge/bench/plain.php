<?php
/**
 * The workloads as a PHP programmer writes them by hand, without the functions of PHP that do all of
 * the work in C: the same input as the module's, the same checksums.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php\Bench;

/**
 * The first word of the SHA-256 of a string.
 *
 * @param string $input The string.
 */
function plain_sha256( string $input ): int {
	static $k = array(
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
		0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
		0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
		0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
		0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
		0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
		0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
		0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
	);

	$length = strlen( $input );
	$input .= "\x80" . str_repeat( "\0", ( 119 - $length % 64 ) % 64 ) . pack( 'J', $length * 8 );
	$hash   = array( 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 );
	foreach ( str_split( $input, 64 ) as $block ) {
		$w = array_values( unpack( 'N16', $block ) );
		for ( $i = 16; $i < 64; $i++ ) {
			$x       = $w[ $i - 15 ];
			$y       = $w[ $i - 2 ];
			$s0      = ( $x >> 7 | $x << 25 ) ^ ( $x >> 18 | $x << 14 ) ^ $x >> 3;
			$s1      = ( $y >> 17 | $y << 15 ) ^ ( $y >> 19 | $y << 13 ) ^ $y >> 10;
			$w[ $i ] = $w[ $i - 16 ] + ( $s0 & 0xffffffff ) + $w[ $i - 7 ] + ( $s1 & 0xffffffff ) & 0xffffffff;
		}
		list( $a, $b, $c, $d, $e, $f, $g, $h ) = $hash;
		for ( $i = 0; $i < 64; $i++ ) {
			$s1 = ( $e >> 6 | $e << 26 ) ^ ( $e >> 11 | $e << 21 ) ^ ( $e >> 25 | $e << 7 );
			$t1 = $h + ( $s1 & 0xffffffff ) + ( $e & $f ^ ~$e & $g ) + $k[ $i ] + $w[ $i ];
			$s0 = ( $a >> 2 | $a << 30 ) ^ ( $a >> 13 | $a << 19 ) ^ ( $a >> 22 | $a << 10 );
			$t2 = ( $s0 & 0xffffffff ) + ( $a & $b ^ $a & $c ^ $b & $c );
			$h  = $g;
			$g  = $f;
			$f  = $e;
			$e  = $d + $t1 & 0xffffffff;
			$d  = $c;
			$c  = $b;
			$b  = $a;
			$a  = $t1 + $t2 & 0xffffffff;
		}
		foreach ( array( $a, $b, $c, $d, $e, $f, $g, $h ) as $i => $value ) {
			$hash[ $i ] = $hash[ $i ] + $value & 0xffffffff;
		}
	}
	return $hash[0];
}

/**
 * Parses a string as JSON and prints it again.
 *
 * @param string $input The string.
 */
function plain_json( string $input ): int {
	$at   = 0;
	$text = plain_json_print( plain_json_parse( $input, $at ) );
	return json_checksum( $text );
}

/**
 * Parses one value.
 *
 * @param string $text The text.
 * @param int    $at   Where it begins; afterwards where it ended.
 * @return mixed
 * @throws \UnexpectedValueException If there is no JSON.
 */
function plain_json_parse( string $text, int &$at ) {
	$at += strspn( $text, " \n\r\t", $at );
	switch ( $text[ $at ] ?? '' ) {
		case '{':
			$object = new \stdClass();
			++$at;
			$at += strspn( $text, " \n\r\t", $at );
			if ( '}' === $text[ $at ] ) {
				++$at;
				return $object;
			}
			do {
				$at         += strspn( $text, " \n\r\t", $at );
				$key         = plain_json_parse_string( $text, $at );
				$at         += strspn( $text, " \n\r\t", $at );
				if ( ':' !== $text[ $at++ ] ) {
					throw new \UnexpectedValueException( "no colon at $at" );
				}
				$object->{$key} = plain_json_parse( $text, $at );
				$at            += strspn( $text, " \n\r\t", $at );
				$next           = $text[ $at++ ];
			} while ( ',' === $next );
			if ( '}' !== $next ) {
				throw new \UnexpectedValueException( "no end of an object at $at" );
			}
			return $object;
		case '[':
			$list = array();
			++$at;
			$at += strspn( $text, " \n\r\t", $at );
			if ( ']' === $text[ $at ] ) {
				++$at;
				return $list;
			}
			do {
				$list[] = plain_json_parse( $text, $at );
				$at    += strspn( $text, " \n\r\t", $at );
				$next   = $text[ $at++ ];
			} while ( ',' === $next );
			if ( ']' !== $next ) {
				throw new \UnexpectedValueException( "no end of a list at $at" );
			}
			return $list;
		case '"':
			return plain_json_parse_string( $text, $at );
		case 't':
			$at += 4;
			return true;
		case 'f':
			$at += 5;
			return false;
		case 'n':
			$at += 4;
			return null;
		default:
			$length = strspn( $text, '+-.0123456789Ee', $at );
			if ( 0 === $length ) {
				throw new \UnexpectedValueException( "no value at $at" );
			}
			$number = substr( $text, $at, $length );
			$at    += $length;
			return strspn( $number, '-0123456789' ) === $length ? (int) $number : (float) $number;
	}
}

/**
 * Parses one string.
 *
 * @param string $text The text.
 * @param int    $at   Where its quote is; afterwards where it ended.
 * @throws \UnexpectedValueException If it does not end.
 */
function plain_json_parse_string( string $text, int &$at ): string {
	static $escapes = array(
		'"'  => '"',
		'\\' => '\\',
		'/'  => '/',
		'b'  => "\x08",
		'f'  => "\f",
		'n'  => "\n",
		'r'  => "\r",
		't'  => "\t",
	);
	++$at;
	$string = '';
	while ( true ) {
		$length  = strcspn( $text, '"\\', $at );
		$string .= substr( $text, $at, $length );
		$at     += $length;
		$char    = $text[ $at++ ] ?? '';
		if ( '"' === $char ) {
			return $string;
		}
		if ( '\\' !== $char ) {
			throw new \UnexpectedValueException( "no end of a string at $at" );
		}
		$escape = $text[ $at++ ];
		if ( 'u' === $escape ) {
			$code = hexdec( substr( $text, $at, 4 ) );
			$at  += 4;
			if ( $code < 0x80 ) {
				$string .= chr( $code );
			} elseif ( $code < 0x800 ) {
				$string .= chr( 0xc0 | $code >> 6 ) . chr( 0x80 | $code & 63 );
			} else {
				$string .= chr( 0xe0 | $code >> 12 ) . chr( 0x80 | $code >> 6 & 63 ) . chr( 0x80 | $code & 63 );
			}
		} else {
			$string .= $escapes[ $escape ];
		}
	}
}

/**
 * Prints a value.
 *
 * @param mixed $value The value.
 */
function plain_json_print( $value ): string {
	if ( is_string( $value ) ) {
		return plain_json_print_string( $value );
	}
	if ( is_array( $value ) ) {
		return '[' . implode( ',', array_map( __NAMESPACE__ . '\plain_json_print', $value ) ) . ']';
	}
	if ( is_object( $value ) ) {
		$members = array();
		foreach ( $value as $key => $member ) {
			$members[] = plain_json_print_string( $key ) . ':' . plain_json_print( $member );
		}
		return '{' . implode( ',', $members ) . '}';
	}
	if ( is_float( $value ) ) {
		return var_export( $value, true );
	}
	if ( is_bool( $value ) ) {
		return $value ? 'true' : 'false';
	}
	return null === $value ? 'null' : (string) $value;
}

/**
 * Prints a string.
 *
 * @param string $value The string.
 */
function plain_json_print_string( string $value ): string {
	static $escapes = array(
		'"'    => '\\"',
		'\\'   => '\\\\',
		"\x08" => '\\b',
		"\f"   => '\\f',
		"\n"   => '\\n',
		"\r"   => '\\r',
		"\t"   => '\\t',
	);
	return '"' . strtr( $value, $escapes ) . '"';
}

/**
 * The checksum of the text that was printed.
 *
 * @param string $text The text.
 */
function json_checksum( string $text ): int {
	$length = strlen( $text );
	$sum    = $length;
	for ( $i = 0; $i < $length; $i += 16 ) {
		$sum = $sum * 31 + ord( $text[ $i ] ) & 0xffffffff;
	}
	return $sum;
}

/**
 * Sorts numbers: quicksort, and insertion sort where few are left.
 *
 * @param int[] $numbers The numbers.
 */
function plain_sort( array $numbers ): int {
	$pending = array( 0, count( $numbers ) - 1 );
	while ( $pending ) {
		$last  = array_pop( $pending );
		$first = array_pop( $pending );
		while ( $last - $first > 12 ) {
			$middle = $first + $last >> 1;
			if ( $numbers[ $middle ] < $numbers[ $first ] ) {
				list( $numbers[ $middle ], $numbers[ $first ] ) = array( $numbers[ $first ], $numbers[ $middle ] );
			}
			if ( $numbers[ $last ] < $numbers[ $middle ] ) {
				list( $numbers[ $last ], $numbers[ $middle ] ) = array( $numbers[ $middle ], $numbers[ $last ] );
				if ( $numbers[ $middle ] < $numbers[ $first ] ) {
					list( $numbers[ $middle ], $numbers[ $first ] ) = array( $numbers[ $first ], $numbers[ $middle ] );
				}
			}
			$pivot = $numbers[ $middle ];
			$left  = $first;
			$right = $last;
			while ( $left <= $right ) {
				while ( $numbers[ $left ] < $pivot ) {
					++$left;
				}
				while ( $numbers[ $right ] > $pivot ) {
					--$right;
				}
				if ( $left <= $right ) {
					$number              = $numbers[ $left ];
					$numbers[ $left++ ]  = $numbers[ $right ];
					$numbers[ $right-- ] = $number;
				}
			}
			$pending[] = $left;
			$pending[] = $last;
			$last      = $right;
		}
		for ( $i = $first + 1; $i <= $last; $i++ ) {
			$number = $numbers[ $i ];
			for ( $j = $i - 1; $j >= $first && $numbers[ $j ] > $number; $j-- ) {
				$numbers[ $j + 1 ] = $numbers[ $j ];
			}
			$numbers[ $j + 1 ] = $number;
		}
	}
	return sort_checksum( $numbers );
}

/**
 * The checksum of what was sorted.
 *
 * @param int[] $numbers The numbers.
 */
function sort_checksum( array $numbers ): int {
	$sum   = 0;
	$count = count( $numbers );
	for ( $i = 0; $i < $count; $i += 16 ) {
		$sum = $sum * 31 + $numbers[ $i ] & 0xffffffff;
	}
	return $sum;
}

/**
 * Mixes 32-bit integers.
 *
 * @param int $rounds How often.
 */
function plain_int_loop( int $rounds ): int {
	$x   = 2463534242;
	$sum = 0;
	for ( $round = 0; $round < $rounds; $round++ ) {
		$x  ^= $x << 13 & 0xffffffff;
		$x  ^= $x >> 17;
		$x  ^= $x << 5 & 0xffffffff;
		$sum = $sum * 31 + ( $x ^ $round ) & 0xffffffff;
	}
	return $sum;
}

/**
 * Counts the steps of all points of a Mandelbrot set.
 *
 * @param int $size How many points wide and high.
 */
function plain_float_loop( int $size ): int {
	$step  = 3.0 / $size;
	$steps = 0;
	for ( $row = 0; $row < $size; $row++ ) {
		$y0 = $row * $step - 1.5;
		for ( $column = 0; $column < $size; $column++ ) {
			$x0   = $column * $step - 2.0;
			$x    = 0.0;
			$y    = 0.0;
			$left = 50;
			while ( $left > 0 && $x * $x + $y * $y <= 4.0 ) {
				$next = $x * $x - $y * $y + $x0;
				$y    = 2.0 * $x * $y + $y0;
				$x    = $next;
				--$left;
				++$steps;
			}
		}
	}
	return $steps;
}
