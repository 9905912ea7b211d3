<?php
/**
 * A file of PHP.
 *
 * @package Connector_For_Mautic
 */

/**
 * Its tokens, and what the rules ask of them.
 */
final class PHP_File {

	/** @var PhpToken[] Without white space and comments. */
	public readonly array $tokens;

	/** @var string[] From 1 on. */
	public readonly array $lines;

	public function __construct( public readonly string $name, public readonly string $code ) {
		$this->tokens = array_values( array_filter( PhpToken::tokenize( $code ), static fn( $token ) => ! $token->isIgnorable() || $token->is( array( T_OPEN_TAG ) ) ) );
		$this->lines  = array( '', ...explode( "\n", $code ) );
	}

	/** Whether it comes out of the compiler, or is the hand-written part that it stands on. */
	public function is_of_the_core(): bool {
		return str_starts_with( $this->name, 'includes/core/' );
	}

	/** Whether it is no code but a value: nothing happens if somebody calls it. */
	public function is_data(): bool {
		return ( $this->tokens[1] ?? null )?->is( T_RETURN )
			&& ! array_filter( $this->tokens, static fn( $token ) => ! $token->is( array( T_OPEN_TAG, T_RETURN, T_ARRAY, T_CONSTANT_ENCAPSED_STRING, T_LNUMBER, T_DOUBLE_ARROW, '[', ']', '(', ')', ',', ';', '.' ) ) );
	}

	/**
	 * Calls of functions, not of methods.
	 *
	 * @param string ...$names In lower case; none means all.
	 * @return Call[]
	 */
	public function calls( string ...$names ): array {
		$calls = array();
		foreach ( $this->tokens as $i => $token ) {
			$before = $this->tokens[ $i - 1 ] ?? null;
			$name   = strtolower( ltrim( $token->text, '\\' ) );
			if ( $token->is( array( T_STRING, T_NAME_FULLY_QUALIFIED, T_EVAL, T_EXIT, T_ISSET, T_EMPTY ) ) && ( $this->tokens[ $i + 1 ] ?? null )?->text === '('
				&& ! $before?->is( array( T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW ) )
				&& ( ! $names || in_array( $name, $names, true ) ) ) {
				$calls[] = new Call( $this, $name, $i );
			}
		}
		return $calls;
	}

	/**
	 * Calls of a variable's methods.
	 *
	 * @param string   $variable Such as `$wpdb`.
	 * @param string[] $methods  Their names.
	 * @return Call[]
	 */
	public function method_calls( string $variable, array $methods ): array {
		$calls = array();
		foreach ( $this->tokens as $i => $token ) {
			if ( $token->text === $variable && ( $this->tokens[ $i + 1 ] ?? null )?->is( T_OBJECT_OPERATOR )
				&& in_array( $this->tokens[ $i + 2 ]->text, $methods, true ) && '(' === ( $this->tokens[ $i + 3 ] ?? null )?->text ) {
				$calls[] = new Call( $this, $this->tokens[ $i + 2 ]->text, $i + 2 );
			}
		}
		return $calls;
	}

	/** The index of the bracket that closes the one at an index. */
	public function closing( int $open ): int {
		$depth = 0;
		for ( $i = $open; isset( $this->tokens[ $i ] ); ++$i ) {
			if ( in_array( $this->tokens[ $i ]->text, array( '(', '[', '{' ), true ) || $this->tokens[ $i ]->is( array( T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES ) ) ) {
				++$depth;
			} elseif ( in_array( $this->tokens[ $i ]->text, array( ')', ']', '}' ), true ) && 0 === --$depth ) {
				return $i;
			}
		}
		throw new LogicException( "$this->name: a bracket is not closed" );
	}

	/**
	 * Whether an exception is written beside a line, with its reason: `phpcs:ignore SNIFF -- why` on it, or
	 * `phpcs:disable` above it.
	 *
	 * @param int    $line  From 1 on.
	 * @param string $sniff The sniff, or what it begins with.
	 */
	public function is_excused( int $line, string $sniff ): bool {
		$named = static fn( string $text, string $kind ): bool => preg_match( "/phpcs:$kind ([\w., ]+) -- \S/", $text, $found )
			&& array_filter( preg_split( '/,\s*/', $found[1] ), static fn( $one ) => str_starts_with( $sniff, trim( $one ) ) || str_starts_with( trim( $one ), $sniff ) );
		if ( $named( $this->lines[ $line ], 'ignore' ) || $named( $this->lines[ $line - 1 ], 'ignore' ) && str_starts_with( trim( $this->lines[ $line - 1 ] ), '//' ) ) {
			return true;
		}
		for ( $i = $line; $i > 0; --$i ) {
			if ( str_contains( $this->lines[ $i ], 'phpcs:enable' ) ) {
				return false;
			}
			if ( $named( $this->lines[ $i ], 'disable' ) ) {
				return true;
			}
		}
		return false;
	}

	/** What a rule says of a place. */
	public function finding( int $line, string $what ): string {
		return "$this->name:$line: $what";
	}
}
