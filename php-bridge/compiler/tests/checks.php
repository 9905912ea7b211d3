<?php
/**
 * Checks PHP files as WordPress' plugin directory and a static analyser would.
 *
 * usage: php checks.php FILE...
 *
 * Each file starts with the guard, has no construct and calls no function that the directory refuses,
 * and each property and method of an instance that it uses is declared. Prints what is wrong.
 *
 * @package Wasm2Php
 */

define( 'ABSPATH', __DIR__ );

const REFUSED_TOKENS    = array( T_GOTO, T_EVAL, T_START_HEREDOC, T_OPEN_TAG_WITH_ECHO, T_CLOSE_TAG, T_INLINE_HTML, T_HALT_COMPILER );
const REFUSED_FUNCTIONS = array(
	'create_function', 'passthru', 'proc_open', 'popen', 'exec', 'system', 'shell_exec', 'str_rot13', 'move_uploaded_file', 'set_time_limit',
	'dl', 'curl_init', 'fopen', 'fread', 'fwrite', 'file_put_contents', 'unlink', 'mt_rand', 'rand', 'parse_url', 'strip_tags', 'error_log',
	'var_dump', 'print_r', 'base64_decode', 'assert', 'extract', 'parse_str', 'unserialize', 'call_user_func',
);

$wrong = 0;
foreach ( array_slice( $argv, 1 ) as $file ) {
	require_once $file;
	$text = file_get_contents( $file );
	if ( ! preg_match( '/^<\?php\n\/\*\*\n(?: \*[^\n]*\n)* \*\/\n\nnamespace [\w\\\\]+;\n\ndefined\( \'ABSPATH\' \) \|\| exit;\n/', $text ) ) {
		complain( $file, 1, 'does not start with the guard' );
	}
	check_tokens( $file, PhpToken::tokenize( $text ) );
}
exit( $wrong ? 1 : 0 );

/** Prints what is wrong. */
function complain( string $file, int $line, string $what ): void {
	global $wrong;
	++$wrong;
	echo basename( $file ), ":$line: $what\n";
}

/**
 * Looks at each token with those around it.
 *
 * @param PhpToken[] $tokens
 */
function check_tokens( string $file, array $tokens ): void {
	$tokens    = array_values( array_filter( $tokens, fn( $token ) => ! $token->isIgnorable() || T_OPEN_TAG === $token->id ) );
	$namespace = '';
	$class     = null;
	foreach ( $tokens as $index => $token ) {
		$next  = $tokens[ $index + 1 ] ?? null;
		$after = $tokens[ $index + 2 ] ?? null;
		if ( $token->is( REFUSED_TOKENS ) || '`' === $token->text || '<?' === trim( $token->text ) ) {
			complain( $file, $token->line, 'has ' . trim( $token->text ) );
		}
		if ( $token->is( T_NAMESPACE ) ) {
			$namespace = $next->text;
		}
		if ( $token->is( T_CLASS ) && $next->is( T_STRING ) ) {
			$class = new ReflectionClass( $namespace . '\\' . preg_replace( '/_Cold$/', '', $next->text ) );
		}
		if ( $token->is( array( T_STRING, T_NAME_FULLY_QUALIFIED ) ) && '(' === ( $next->text ?? '' )
			&& ! $tokens[ $index - 1 ]->is( array( T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW ) )
			&& in_array( strtolower( ltrim( $token->text, '\\' ) ), REFUSED_FUNCTIONS, true ) ) {
			complain( $file, $token->line, "calls {$token->text}" );
		}
		if ( in_array( $token->text, array( '$this', '$t' ), true ) && $next->is( T_OBJECT_OPERATOR ) && $after->is( T_STRING ) ) {
			$is_call = '(' === $tokens[ $index + 3 ]->text && ! $tokens[ $index - 1 ]->is( T_NEW );
			if ( ! ( $is_call ? $class->hasMethod( $after->text ) : $class->hasProperty( $after->text ) ) ) {
				complain( $file, $token->line, ( $is_call ? 'no method ' : 'no property ' ) . $after->text );
			}
		}
	}
}
