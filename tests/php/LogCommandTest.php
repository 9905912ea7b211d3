<?php
/**
 * `wp mautic log`, in WP-CLI itself.
 *
 * @package Connector_For_Mautic
 */

/** @group wp-cli */
final class LogCommandTest extends Plugin_Case {

	private const LINES = array( '{"at":1700000000,"code":"settings.saved"}', '{"at":1700003600,"code":"token.failed","error":"token.server_error","http_status":503,"retry_at":1700003660}' );

	protected function tearDown(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		delete_option( 'connector_for_mautic_log' );
		parent::tearDown();
	}

	public function test_a_table_has_time_code_and_words_newest_first(): void {
		list( $status, $output ) = $this->wp( self::LINES );
		$this->assertSame( 0, $status, $output );
		$lines = explode( "\n", trim( $output ) );
		$this->assertMatchesRegularExpression( '/^at\s+code\s+message$/', $lines[0] );
		$this->assertMatchesRegularExpression( '/^2023-11-14T23:13:20\+00:00\s+token\.failed\s+No token could be had from Mautic\. .* HTTP status: 503\./', $lines[1] );
		$this->assertMatchesRegularExpression( '/^2023-11-14T22:13:20\+00:00\s+settings\.saved\s+Settings were saved\.$/', $lines[2] );
	}

	public function test_json_has_every_field(): void {
		list( $status, $output ) = $this->wp( self::LINES, '--format=json' );
		$this->assertSame( 0, $status, $output );
		$entries = json_decode( $output, true );
		unset( $entries[0]['message'] );
		$this->assertSame(
			array(
				array( 'at' => 1700003600, 'code' => 'token.failed', 'error' => 'token.server_error', 'http_status' => 503, 'value' => null, 'retry_at' => 1700003660 ),
				array( 'at' => 1700000000, 'code' => 'settings.saved', 'error' => null, 'http_status' => null, 'value' => null, 'retry_at' => null, 'message' => 'Settings were saved.' ),
			),
			$entries
		);
	}

	public function test_csv_has_a_line_for_each_entry(): void {
		list( $status, $output ) = $this->wp( self::LINES, '--format=csv', '--limit=1' );
		$this->assertSame( 0, $status, $output );
		$lines = array_map( 'str_getcsv', explode( "\n", trim( $output ) ) );
		$this->assertCount( 2, $lines );
		$this->assertSame( array( 'at', 'code', 'error', 'http_status', 'value', 'retry_at', 'message' ), $lines[0] );
		$this->assertSame( array( '2023-11-14T23:13:20+00:00', 'token.failed', 'token.server_error', '503', '', '2023-11-14T23:14:20+00:00' ), array_slice( $lines[1], 0, 6 ) );
	}

	public function test_an_empty_log_is_one(): void {
		$this->assertSame( array( 0, "[]\n" ), $this->wp( array(), '--format=json' ) );
	}

	/** @dataProvider wrong_uses */
	public function test_wrong_use_says_how( string $option, string $says ): void {
		list( $status, $output ) = $this->wp( array(), $option );
		$this->assertSame( 2, $status, $output );
		$this->assertStringContainsString( $says, $output );
	}

	public function wrong_uses(): array {
		return array(
			'no entry'     => array( '--limit=0', '--limit takes a whole number above 0' ),
			'no number'    => array( '--limit=many', '--limit takes a whole number above 0' ),
			'other format' => array( '--format=yaml', '--format takes “table”, “json” or “csv”' ),
		);
	}

	/**
	 * Runs the command with a log.
	 *
	 * @param string[] $lines   The log's.
	 * @param string   $options Its options.
	 * @return array{0: int, 1: string} Exit status and output.
	 */
	private function wp( array $lines, string ...$options ): array {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		delete_option( 'connector_for_mautic_log' );
		if ( $lines ) {
			add_option( 'connector_for_mautic_log', "\n" . implode( "\n", $lines ), '', false );
		}
		return $this->process( array( ...self::wp_command(), ...array( 'mautic', 'log' ), ...$options ), '', array( 'redirect', 1 ) );
	}
}
