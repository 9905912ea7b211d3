<?php
/**
 * A call in a file of PHP.
 *
 * @package Connector_For_Mautic
 */

/**
 * A function or method with the arguments that stand there.
 */
final class Call {

	public readonly int $line;

	/** @var array<int, PhpToken[]> */
	public readonly array $arguments;

	/**
	 * @param PHP_File $file Where.
	 * @param string   $name In lower case.
	 * @param int      $at   The index of the name; a bracket follows.
	 */
	public function __construct( public readonly PHP_File $file, public readonly string $name, public readonly int $at ) {
		$this->line      = $file->tokens[ $at ]->line;
		$inside          = array_slice( $file->tokens, $at + 2, $file->closing( $at + 1 ) - $at - 2 );
		$this->arguments = self::split( $inside, ',' );
	}

	/**
	 * The parts of an expression between signs that stand in no bracket.
	 *
	 * @param PhpToken[] $tokens   The expression.
	 * @param string     ...$signs Such as `,`.
	 * @return array<int, PhpToken[]>
	 */
	public static function split( array $tokens, string ...$signs ): array {
		$parts = array();
		$part  = array();
		$depth = 0;
		foreach ( $tokens as $token ) {
			if ( 0 === $depth && in_array( $token->text, $signs, true ) ) {
				$parts[] = $part;
				$part    = array();
				continue;
			}
			$depth += in_array( $token->text, array( '(', '[', '{' ), true ) <=> in_array( $token->text, array( ')', ']', '}' ), true );
			$part[] = $token;
		}
		if ( $part ) {
			$parts[] = $part;
		}
		return $parts;
	}

	/**
	 * The text that an argument is or begins with, as far as it can be told from the sources; null if not.
	 */
	public function text( int $argument, Plugin_Folder $folder ): ?string {
		$tokens = $this->arguments[ $argument ] ?? array();
		if ( ! $tokens ) {
			return null;
		}
		if ( $tokens[0]->is( T_CONSTANT_ENCAPSED_STRING ) ) {
			return substr( $tokens[0]->text, 1, -1 );
		}
		if ( '"' === $tokens[0]->text && $tokens[1]->is( T_ENCAPSED_AND_WHITESPACE ) ) {
			return $tokens[1]->text;
		}
		if ( $tokens[0]->is( T_STRING ) && ( $tokens[1] ?? null )?->is( T_DOUBLE_COLON ) && $tokens[2]->is( T_STRING ) && '(' !== ( $tokens[3] ?? null )?->text ) {
			return $folder->constant( $tokens[0]->text, $tokens[2]->text, $this->file );
		}
		return null;
	}
}
