<?php
/**
 * Arithmetic that PHP does not have as one expression.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * Integer and float operations as WebAssembly defines them.
 *
 * An i32 is an integer from 0 to 0xffffffff, an i64 a PHP integer, both floats are PHP floats. The
 * compiled code calls these only where no plain expression does the same.
 */
abstract class Numbers {

	/**
	 * Adds two i64 whose sum PHP answered with a float.
	 *
	 * @param int $a Left.
	 * @param int $b Right.
	 */
	public function add64( $a, $b ) {
		$sum = $a + $b;
		if ( \is_int( $sum ) ) {
			return $sum;
		}
		$low = ( $a & 0xffffffff ) + ( $b & 0xffffffff );
		return ( ( $a >> 32 ) + ( $b >> 32 ) + ( $low >> 32 ) ) << 32 | $low & 0xffffffff;
	}

	/**
	 * Subtracts two i64.
	 *
	 * @param int $a Left.
	 * @param int $b Right.
	 */
	public function sub64( $a, $b ) {
		$difference = $a - $b;
		if ( \is_int( $difference ) ) {
			return $difference;
		}
		$low = ( $a & 0xffffffff ) - ( $b & 0xffffffff );
		return ( ( $a >> 32 ) - ( $b >> 32 ) + ( $low >> 32 ) ) << 32 | $low & 0xffffffff;
	}

	/**
	 * Multiplies two i64: 16 bits at a time where 32 would not fit.
	 *
	 * @param int $a Left.
	 * @param int $b Right.
	 */
	public function mul64( $a, $b ) {
		$product = $a * $b;
		if ( \is_int( $product ) ) {
			return $product;
		}
		$al   = $a & 0xffffffff;
		$bl   = $b & 0xffffffff;
		$high = ( $a >> 16 & 0xffff ) * $bl;
		$low  = ( $a & 0xffff ) * $bl + ( ( $high & 0xffff ) << 16 );
		// A factor with its sign keeps the cross products inside 64 bits.
		$cross = ( $a >> 32 & 0xffffffff ) * ( $bl << 32 >> 32 ) & 0xffffffff;
		$cross = $cross + ( $al * ( $b >> 32 ) & 0xffffffff );
		return ( $cross + ( $low >> 32 ) + ( $high >> 16 ) ) << 32 | $low & 0xffffffff;
	}

	/**
	 * Divides two i32, given with their signs.
	 *
	 * @param int $a Dividend.
	 * @param int $b Divisor.
	 * @throws Trap If the quotient does not fit.
	 */
	public function div_s32( $a, $b ) {
		if ( -1 === $b && -0x80000000 === $a ) {
			throw new Trap( Trap::OVERFLOW );
		}
		return \intdiv( $a, $b );
	}

	/**
	 * Divides two i64 with their signs.
	 *
	 * @param int $a Dividend.
	 * @param int $b Divisor.
	 * @throws Trap If the quotient does not fit.
	 */
	public function div_s64( $a, $b ) {
		if ( -1 === $b && \PHP_INT_MIN === $a ) {
			throw new Trap( Trap::OVERFLOW );
		}
		return \intdiv( $a, $b );
	}

	/**
	 * Divides two i64 as unsigned numbers.
	 *
	 * @param int $a Dividend.
	 * @param int $b Divisor.
	 */
	public function div_u64( $a, $b ) {
		if ( $b < 0 ) {
			return $a < 0 && $a >= $b ? 1 : 0;
		}
		if ( $a >= 0 ) {
			return \intdiv( $a, $b );
		}
		// Half of the dividend has a sign that PHP understands; the other half adds one at most.
		$quotient  = \intdiv( $a >> 1 & \PHP_INT_MAX, $b ) << 1;
		$remainder = $this->sub64( $a, $this->mul64( $quotient, $b ) );
		return $remainder < 0 || $remainder >= $b ? $quotient | 1 : $quotient;
	}

	/**
	 * Gives the remainder of two i64 as unsigned numbers.
	 *
	 * @param int $a Dividend.
	 * @param int $b Divisor.
	 */
	public function rem_u64( $a, $b ) {
		return $this->sub64( $a, $this->mul64( $this->div_u64( $a, $b ), $b ) );
	}

	/**
	 * Shifts an i64 to the right, zeros coming in.
	 *
	 * @param int $a     Value.
	 * @param int $count By how much, modulo 64.
	 */
	public function shr_u64( $a, $count ) {
		$count &= 63;
		return $count ? $a >> $count & \PHP_INT_MAX >> $count - 1 : $a;
	}

	/**
	 * Rotates an i64 to the left.
	 *
	 * @param int $a     Value.
	 * @param int $count By how much, modulo 64.
	 */
	public function rotl64( $a, $count ) {
		$count &= 63;
		return $count ? $a << $count | $a >> 64 - $count & \PHP_INT_MAX >> 63 - $count : $a;
	}

	/**
	 * Rotates an i64 to the right.
	 *
	 * @param int $a     Value.
	 * @param int $count By how much, modulo 64.
	 */
	public function rotr64( $a, $count ) {
		return $this->rotl64( $a, 64 - ( $count & 63 ) );
	}

	/**
	 * Rotates an i32 to the left.
	 *
	 * @param int $a     Value.
	 * @param int $count By how much, modulo 32.
	 */
	public function rotl32( $a, $count ) {
		$count &= 31;
		return ( $a << $count | $a >> 32 - $count ) & 0xffffffff;
	}

	/**
	 * Rotates an i32 to the right.
	 *
	 * @param int $a     Value.
	 * @param int $count By how much, modulo 32.
	 */
	public function rotr32( $a, $count ) {
		return $this->rotl32( $a, 32 - ( $count & 31 ) );
	}

	/**
	 * Counts the leading zeros of an i32.
	 *
	 * @param int $a Value.
	 */
	public function clz32( $a ) {
		return $a ? 32 - \strlen( \decbin( $a ) ) : 32;
	}

	/**
	 * Counts the leading zeros of an i64.
	 *
	 * @param int $a Value.
	 */
	public function clz64( $a ) {
		return $a ? 64 - \strlen( \decbin( $a ) ) : 64;
	}

	/**
	 * Counts the trailing zeros of an i32.
	 *
	 * @param int $a Value.
	 */
	public function ctz32( $a ) {
		return $a ? \strlen( \decbin( $a ) ) - 1 - \strrpos( \decbin( $a ), '1' ) : 32;
	}

	/**
	 * Counts the trailing zeros of an i64.
	 *
	 * @param int $a Value.
	 */
	public function ctz64( $a ) {
		return $a ? \strlen( \decbin( $a ) ) - 1 - \strrpos( \decbin( $a ), '1' ) : 64;
	}

	/**
	 * Counts the ones of an i32 or i64.
	 *
	 * @param int $a Value.
	 */
	public function popcnt( $a ) {
		return \substr_count( \decbin( $a ), '1' );
	}

	/**
	 * Rounds to f32.
	 *
	 * @param float $a Value.
	 */
	public function to_f32( $a ) {
		return \unpack( 'g', \pack( 'g', $a ) )[1];
	}

	/**
	 * Gives the bits of an f32 as an i32. Those of a NaN are the upper ones of its f64: on the way
	 * through PHP's own conversion a signalling NaN would become a quiet one.
	 *
	 * @param float $a Value.
	 */
	public function f32_bits( $a ) {
		if ( $a === $a ) { // phpcs:ignore Generic.CodeAnalysis -- False for a NaN.
			return \unpack( 'V', \pack( 'g', $a ) )[1];
		}
		$bits = $this->f64_bits( $a );
		return $bits >> 32 & 0x80000000 | $bits >> 29 & 0x7fffffff | 0x7f800000;
	}

	/**
	 * Gives the f32 that an i32 has the bits of.
	 *
	 * @param int $a Bits.
	 */
	public function f32_from_bits( $a ) {
		if ( ( $a & 0x7fffffff ) <= 0x7f800000 ) {
			return \unpack( 'g', \pack( 'V', $a ) )[1];
		}
		return $this->f64_from_bits( ( $a & 0x80000000 ) << 32 | 0x7ff << 52 | ( $a & 0x7fffff ) << 29 );
	}

	/**
	 * Gives the bits of an f64 as an i64.
	 *
	 * @param float $a Value.
	 */
	public function f64_bits( $a ) {
		return \unpack( 'P', \pack( 'e', $a ) )[1];
	}

	/**
	 * Gives the f64 that an i64 has the bits of.
	 *
	 * @param int $a Bits.
	 */
	public function f64_from_bits( $a ) {
		return \unpack( 'e', \pack( 'P', $a ) )[1];
	}

	/**
	 * Clears the sign, also that of a NaN.
	 *
	 * @param float $a Value.
	 */
	public function float_abs( $a ) {
		return $a == $a ? \abs( $a ) : $this->f64_from_bits( $this->f64_bits( $a ) & \PHP_INT_MAX ); // phpcs:ignore Universal.Operators -- As for any numbers; a NaN equals nothing.
	}

	/**
	 * Changes the sign, also that of a NaN.
	 *
	 * @param float $a Value.
	 */
	public function float_neg( $a ) {
		return $a == $a ? -$a : $this->f64_from_bits( $this->f64_bits( $a ) ^ \PHP_INT_MIN ); // phpcs:ignore Universal.Operators -- As for any numbers; a NaN equals nothing.
	}

	/**
	 * Gives the first value the sign of the second.
	 *
	 * @param float $a Value.
	 * @param float $b Sign.
	 */
	public function copysign( $a, $b ) {
		return $this->f64_from_bits( $this->f64_bits( $a ) & \PHP_INT_MAX | $this->f64_bits( $b ) & \PHP_INT_MIN );
	}

	/**
	 * Gives the smaller value: a NaN if there is one, and -0 is below 0.
	 *
	 * @param float $a Left.
	 * @param float $b Right.
	 */
	public function float_min( $a, $b ) {
		if ( $a == $b ) { // phpcs:ignore Universal.Operators -- As for any numbers; a NaN equals nothing.
			return $this->f64_bits( $a ) < 0 ? $a : $b;
		}
		return $a < $b ? $a : ( $b < $a ? $b : \NAN );
	}

	/**
	 * Gives the larger value: a NaN if there is one, and 0 is above -0.
	 *
	 * @param float $a Left.
	 * @param float $b Right.
	 */
	public function float_max( $a, $b ) {
		if ( $a == $b ) { // phpcs:ignore Universal.Operators -- As for any numbers; a NaN equals nothing.
			return $this->f64_bits( $a ) < 0 ? $b : $a;
		}
		return $a > $b ? $a : ( $b > $a ? $b : \NAN );
	}

	/**
	 * Rounds towards zero.
	 *
	 * @param float $a Value.
	 */
	public function trunc( $a ) {
		// The factor makes a NaN quiet, and changes nothing else.
		return $a < 0 ? \ceil( $a ) : \floor( $a ) * 1.0;
	}

	/**
	 * Rounds to the nearest integer, halves to the even one.
	 *
	 * @param float $a Value.
	 */
	public function nearest( $a ) {
		// From here on there are no fractions; adding and taking away this number rounds below it.
		$integral = 4503599627370496.0;
		$size     = \abs( $a );
		if ( ! ( $size < $integral ) || 0.0 === $size ) {
			// Makes a NaN quiet, and changes nothing else.
			return $a * 1.0;
		}
		$rounded = $size + $integral - $integral;
		return $a < 0 ? -$rounded : $rounded;
	}

	/**
	 * Converts to an i32 with its sign.
	 *
	 * @param float $a Value.
	 */
	public function trunc_s32( $a ) {
		return $this->in_range( $a, -2147483649.0, 2147483648.0 );
	}

	/**
	 * Converts to an unsigned i32.
	 *
	 * @param float $a Value.
	 */
	public function trunc_u32( $a ) {
		return $this->in_range( $a, -1.0, 4294967296.0 );
	}

	/**
	 * Converts to an i64 with its sign.
	 *
	 * @param float $a Value.
	 */
	public function trunc_s64( $a ) {
		// The next f64 below the smallest i64.
		return $this->in_range( $a, -9223372036854777856.0, 9223372036854775808.0 );
	}

	/**
	 * Converts to an unsigned i64.
	 *
	 * @param float $a Value.
	 */
	public function trunc_u64( $a ) {
		if ( $a >= 9223372036854775808.0 ) {
			return $this->in_range( $a - 9223372036854775808.0, -1.0, 9223372036854775808.0 ) ^ \PHP_INT_MIN;
		}
		return $this->in_range( $a, -1.0, 9223372036854775808.0 );
	}

	/**
	 * Converts a float between two limits.
	 *
	 * @param float $a     Value.
	 * @param float $below Must be above this.
	 * @param float $above Must be below this.
	 * @throws Trap If it is not.
	 */
	private function in_range( $a, $below, $above ) {
		if ( $a > $below && $a < $above ) {
			return (int) $a;
		}
		throw new Trap( $a == $a ? Trap::OVERFLOW : Trap::INVALID_CONVERSION ); // phpcs:ignore Universal.Operators, WordPress.Security.EscapeOutput -- A NaN; names of traps.
	}

	/**
	 * Converts to an i32 with its sign, or to the nearest there is.
	 *
	 * @param float $a Value.
	 */
	public function trunc_sat_s32( $a ) {
		return $a < 2147483648.0 ? ( $a > -2147483649.0 ? (int) $a : -0x80000000 ) : ( $a > 0 ? 0x7fffffff : 0 );
	}

	/**
	 * Converts to an unsigned i32, or to the nearest there is.
	 *
	 * @param float $a Value.
	 */
	public function trunc_sat_u32( $a ) {
		return $a > -1.0 ? ( $a < 4294967296.0 ? (int) $a : 0xffffffff ) : 0;
	}

	/**
	 * Converts to an i64 with its sign, or to the nearest there is.
	 *
	 * @param float $a Value.
	 */
	public function trunc_sat_s64( $a ) {
		if ( $a < 9223372036854775808.0 ) {
			return $a >= -9223372036854775808.0 ? (int) $a : \PHP_INT_MIN;
		}
		return $a > 0 ? \PHP_INT_MAX : 0;
	}

	/**
	 * Converts to an unsigned i64, or to the nearest there is.
	 *
	 * @param float $a Value.
	 */
	public function trunc_sat_u64( $a ) {
		return $a > -1.0 ? ( $a < 18446744073709551616.0 ? $this->trunc_u64( $a ) : -1 ) : 0;
	}

	/**
	 * Converts an i64 to f32.
	 *
	 * @param int $a Value.
	 */
	public function s64_to_f32( $a ) {
		if ( $a >= 9007199254740992 || $a <= -9007199254740992 ) {
			// On the way through f64 the lowest bits only say whether there is more: rounded to odd.
			$a = $a & ~0x7ff | ( $a & 0x7ff ? 0x800 : 0 );
		}
		return $this->to_f32( (float) $a );
	}

	/**
	 * Converts an unsigned i64 to f32.
	 *
	 * @param int $a Value.
	 */
	public function u64_to_f32( $a ) {
		return $a < 0 ? $this->s64_to_f32( $a >> 1 & \PHP_INT_MAX | $a & 1 ) * 2.0 : $this->s64_to_f32( $a );
	}

	/**
	 * Converts an unsigned i64 to f64.
	 *
	 * @param int $a Value.
	 */
	public function u64_to_f64( $a ) {
		return $a < 0 ? (float) ( $a >> 1 & \PHP_INT_MAX | $a & 1 ) * 2.0 : (float) $a;
	}
}
