<?php
/**
 * `wp mautic`, in WP-CLI itself.
 *
 * @package Connector_For_Mautic
 */

final class CommandTest extends Plugin_Case {

	public function test_status_has_what_php_has(): void {
		list( $status, $output ) = $this->wp( 'status', '--format=json' );
		$this->assertSame( 0, $status, $output );
		$printed = json_decode( $output, true );
		$this->assertSame( array_keys( connector_for_mautic_status() ), array_keys( $printed ) );
		$this->assertArrayHasKey( 'background_renew_at', $printed );
	}

	public function test_what_cannot_be_done_yet_fails_with_its_code(): void {
		list( $status, $output ) = $this->wp( 'refresh' );
		$this->assertSame( 1, $status, $output );
		$this->assertStringContainsString( 'connection.not_configured', $output );
	}

	public function test_mails_are_switched_off_by_a_word(): void {
		try {
			list( $status, $output ) = $this->wp( 'configure', '--base-url=https://mautic.example.test', '--client-id=1_abc', '--client-secret=x', '--notify-lost=no', '--notify-recovered=yes' );
			$this->assertSame( 0, $status, $output );
			wp_cache_flush();
			$settings = Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'view' ) )->answer['settings'];
			$this->assertSame( array( false, true ), array( $settings['notify_lost'], $settings['notify_recovered'] ) );
		} finally {
			list( $status, $output ) = $this->wp( 'reset', '--yes' );
		}
		$this->assertSame( 0, $status, $output );
	}

	public function test_wrong_use_has_a_status_of_its_own(): void {
		list( $status, $output ) = $this->wp( 'configure', '--notify-lost=perhaps' );
		$this->assertSame( 2, $status, $output );
		$this->assertStringContainsString( '--notify-lost takes “yes” or “no”', $output );
	}

	public function test_help_tells_how_the_systems_cron_renews(): void {
		list( $status, $output ) = $this->wp( 'help', 'refresh' );
		$this->assertSame( 0, $status, $output );
		$this->assertStringContainsString( 'mautic refresh', $output );
		$this->assertStringContainsString( 'DISABLE_WP_CRON', $output );
	}

	/**
	 * Runs a command of ours.
	 *
	 * @return array{0: int, 1: string} Exit status and output.
	 */
	private function wp( string ...$arguments ): array {
		$help = 'help' === $arguments[0] ? array( array_shift( $arguments ) ) : array();
		return $this->php( '-d', 'display_errors=0', getenv( 'WP_CLI' ), '--allow-root', '--no-color', '--path=' . SITE, ...$help, ...array( 'mautic' ), ...$arguments );
	}
}
