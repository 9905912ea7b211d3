<?php
/**
 * The reference of error codes.
 *
 * @package Connector_For_Mautic
 */

final class ReferenceTest extends Plugin_Case {

	private static function root(): string {
		return dirname( __DIR__, 2 );
	}

	public function test_the_reference_says_what_the_plugin_says(): void {
		$this->assertSame( require self::root() . '/scripts/wordpress/messages.php', file_get_contents( self::root() . '/docs/messages.md' ), 'docs/messages.md is stale: run scripts/plugin.sh and scripts/messages.sh' );
	}

	public function test_no_code_of_the_reference_is_without_a_sentence(): void {
		$unknown = Connector_For_Mautic\Messages::of( array( 'code' => 'no.such_code' ) )['fix'];
		$page    = file_get_contents( self::root() . '/docs/messages.md' );
		$this->assertStringNotContainsString( $unknown, $page );
		$this->assertSame( preg_match_all( '/^### `/m', $page ), preg_match_all( '/^### `[a-z_]+\.[a-z0-9_]+`(?: \((?:user|transient|permanent|misuse)\))?\n\n\S.+<br>→ \S.+$/mu', $page ) );
		$this->assertGreaterThan( 100, preg_match_all( '/^### `/m', $page ) );
	}
}
