<?php
/**
 * The plugin as a whole: what it asks for, and what it costs.
 *
 * @package Connector_For_Mautic
 */

final class PluginTest extends Plugin_Case {

	public function test_an_ordinary_page_gets_two_files_and_no_query(): void {
		list( $files, $queries )   = $this->front_page( 'with' );
		list( $none, $comparison ) = $this->front_page( 'without' );
		sort( $files );
		$this->assertSame( array( 'connector-for-mautic.php', 'includes/loader.php' ), $files );
		$this->assertSame( array(), $none );
		$this->assertSame( $comparison, $queries );
	}

	/** @return array{0: string[], 1: int} Files of the plugin, and all queries. */
	private function front_page( string $mode ): array {
		// More than once, since the first requests after a change fill WordPress' own caches.
		for ( $i = 0; $i < 3; ++$i ) {
			list( $status, $output ) = $this->php( __DIR__ . '/fixtures/front-page.php', SITE, $mode );
			$this->assertSame( 0, $status, $output );
		}
		$report = json_decode( $output, true );
		$this->assertGreaterThan( 5000, $report['bytes'], 'no page' );
		return array( $report['files'], $report['queries'] );
	}

	/** @dataProvider obstacles */
	public function test_a_site_that_is_too_old_gets_one_sentence( string $wordpress, string $obstacle ): void {
		$version               = $GLOBALS['wp_version'];
		$GLOBALS['wp_version'] = $wordpress;
		add_filter( 'wp_die_handler', static fn() => static fn( $message ) => throw new RuntimeException( $message ) );
		try {
			$this->assertSame( $obstacle, connector_for_mautic_obstacle() );
			if ( '' !== $obstacle ) {
				$this->expectExceptionMessageMatches( '/\AConnector for Mautic needs WordPress 6\.5 or newer; this site runs WordPress 6\.4[^.]*\.\d*\.?\z/' );
				connector_for_mautic_refuse();
			}
		} finally {
			$GLOBALS['wp_version'] = $version;
		}
	}

	public function obstacles(): array {
		return array(
			array( '6.4.5', 'wordpress' ),
			array( '6.5', '' ),
			array( '6.5.5', '' ),
			array( '7.1.1', '' ),
		);
	}

	public function test_no_file_does_anything_when_called_by_itself(): void {
		foreach ( $this->files() as $file ) {
			list( $status, $output ) = $this->php( $file );
			$this->assertSame( array( 0, '' ), array( $status, $output ), $file );
		}
	}

	public function test_header_and_readme_agree(): void {
		$folder = WP_PLUGIN_DIR . '/connector-for-mautic';
		$header = get_plugin_data( $folder . '/connector-for-mautic.php', false, false );
		$readme = file_get_contents( $folder . '/readme.txt' );
		$this->assertSame( CONNECTOR_FOR_MAUTIC_VERSION, $header['Version'] );
		foreach ( array( 'Stable tag' => $header['Version'], 'Requires at least' => $header['RequiresWP'], 'Requires PHP' => $header['RequiresPHP'], 'License' => 'GPL-2.0-or-later' ) as $name => $value ) {
			$this->assertStringContainsString( "\n$name: $value\n", $readme );
		}
		$this->assertSame( 'connector-for-mautic', $header['TextDomain'] );
	}

	public function test_every_translatable_string_is_literal_and_of_our_domain(): void {
		$calls = 0;
		foreach ( $this->files() as $file ) {
			if ( str_contains( $file, '/includes/core/' ) ) {
				continue;
			}
			$tokens = array_values( array_filter( token_get_all( file_get_contents( $file ) ), static fn( $token ) => T_WHITESPACE !== ( $token[0] ) ) );
			foreach ( $tokens as $i => $token ) {
				if ( T_STRING === $token[0] && in_array( $token[1], array( '__', 'esc_html__', 'esc_attr__' ), true ) ) {
					list( $open, $text, $comma, $domain, $close ) = array_slice( $tokens, $i + 1, 5 );
					$this->assertSame( array( '(', T_CONSTANT_ENCAPSED_STRING, ',', "'connector-for-mautic'", ')' ), array( $open, $text[0], $comma, $domain[1], $close ), "$file, line $token[2]" );
					++$calls;
				}
			}
		}
		$this->assertGreaterThan( 150, $calls );
	}

	/** @return string[] Every PHP file of the plugin but the generated core. */
	private function files(): array {
		$files = new RecursiveIteratorIterator( new RecursiveDirectoryIterator( WP_PLUGIN_DIR . '/connector-for-mautic', FilesystemIterator::SKIP_DOTS ) );
		return array_filter( array_map( 'strval', iterator_to_array( $files, false ) ), static fn( $file ) => str_ends_with( $file, '.php' ) );
	}
}
