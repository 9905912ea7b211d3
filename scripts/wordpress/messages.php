<?php
/**
 * The reference of error codes as Markdown: each code of docs/boundary.md with its kind, and each of the
 * plugin's PHP, with the words for it. To be required inside a WordPress with the plugin; nothing is written.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Method;

return ( static function (): string {
	$contract = strstr( file_get_contents( dirname( __DIR__, 2 ) . '/docs/boundary.md' ), '## Error codes' );
	$kinds    = array();
	foreach ( explode( "\n", $contract ) as $line ) {
		$kind = preg_match( '/\A\| .* \| (\w+) \| [^|]*\|\z/', $line, $row ) ? $row[1] : '';
		preg_match_all( '/`([a-z_]+\.[a-z0-9_]+)`/', $line, $codes );
		foreach ( $codes[1] as $code ) {
			$kinds[ $code ] ??= $kind;
		}
	}
	// Those of the shell that are not for the core to know.
	foreach ( array( 'setup', 'server', 'site', 'explain', 'doctor' ) as $class ) {
		preg_match_all( "/^\\t\\t\\tcase '([a-z_]+\\.[a-z0-9_]+)':/m", file_get_contents( dirname( CONNECTOR_FOR_MAUTIC_FILE ) . "/includes/class-$class-messages.php" ), $codes );
		$kinds += array_fill_keys( $codes[1], '' );
	}
	ksort( $kinds );

	// Names of this installation would make each one another page.
	$site = static fn() => 'https://site.example';
	add_filter( 'pre_option_siteurl', $site );
	$lines = array(
		'# Messages',
		'',
		'Every error code, with what the plugin says about it: what happened and what it means for the site, and what to do.',
		'Made from the code by `scripts/messages.sh`; the contract between core and shell, [boundary.md](boundary.md), has the list of codes.',
		'',
		'The kind says whose move is next: `transient` (it may pass by itself, and is tried again), `user` (a person has to mend something),',
		'`permanent` (nothing helps but another version), `misuse` (the caller has done something wrong); a code without one comes from the',
		'plugin’s PHP. “…” stands for what only the moment knows, such as a name or an address. PHP callers get the code with the prefix `connector_for_mautic.`.',
	);
	$area = '';
	foreach ( $kinds as $code => $kind ) {
		if ( strtok( $code, '.' ) !== $area ) {
			$area = strtok( $code, '.' );
			array_push( $lines, '', "## $area" );
		}
		array_push( $lines, '', "### `$code`" . ( '' === $kind ? '' : " ($kind)" ), '' );
		$said = array();
		foreach ( Method::cases() as $method ) {
			$error = array(
				'code'   => $code,
				'detail' => '…',
				'host'   => '…',
			);
			$words = Messages::of( $error, array( 'auth_method' => $method->value, 'status' => 'connected' ) );
			$said[ $words['message'] . "\n\n" . $words['fix'] ][] = $method->label();
		}
		foreach ( $said as $text => $methods ) {
			$for = count( $said ) > 1 ? '_' . implode( ', ', $methods ) . ':_ ' : '';
			array_push( $lines, $for . str_replace( "\n\n", '<br>→ ', addcslashes( $text, '_*<`' ) ), '' );
		}
		array_pop( $lines );
	}
	remove_filter( 'pre_option_siteurl', $site );
	return implode( "\n", $lines ) . "\n";
} )();
