<?php
/**
 * Real processes: WP-CLI on each site, several crons at once, and the commands of docs/network.md.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Network;

final class CommandsTest extends Network_Case {

	private const MAUTICS = WPMU_PLUGIN_DIR . '/mautics.php';

	private string $folder;

	/** Without a transaction, since other processes have to see what is stored. */
	protected function setUp(): void {
		parent::setUp();
		$GLOBALS['wpdb']->query( 'ROLLBACK' );
		$this->folder = sys_get_temp_dir() . '/network-' . getmypid();
		mkdir( $this->folder );
		file_put_contents( $this->requests_file(), '' );
		// As a file of this site, and not a link, since the function is in this process already.
		copy( __DIR__ . '/fixtures/mautics.php', self::MAUTICS );
		// Compiled files are kept, since most of the time of a command goes into compiling WordPress.
		$cache = SITE . '/opcache';
		wp_mkdir_p( $cache );
		file_put_contents( "$this->folder/wp", sprintf( "#!/bin/sh\nexec '%s' -d display_errors=stderr -d opcache.enable_cli=1 -d opcache.file_cache_only=1 -d opcache.file_cache='%s' '%s' --allow-root --path='%s' \"\$@\"\n", PHP_BINARY, $cache, getenv( 'WP_CLI' ), SITE ) );
		chmod( "$this->folder/wp", 0755 );
	}

	protected function tearDown(): void {
		unlink( self::MAUTICS );
		array_map( 'unlink', glob( "$this->folder/*" ) );
		rmdir( $this->folder );
		wp_cache_flush();
		foreach ( self::SITES as $name ) {
			$this->on( self::site( $name ), static fn() => array_map( 'delete_option', array( 'connector_for_mautic_alert', 'connector_for_mautic_connection_default', 'connector_for_mautic_history', 'connector_for_mautic_log', 'connector_for_mautic_self_test' ) ) );
		}
		Due_Table::remove_all();
		$GLOBALS['wpdb']->query( 'START TRANSACTION' );
		parent::tearDown();
	}

	public function test_url_names_the_site(): void {
		$this->shell( 'wp mautic configure --url=http://127.0.0.1/one/ --base-url=https://mautic-one.example --client-id=1_abc --client-secret=x' );
		$status = json_decode( $this->shell( 'wp mautic status --url=http://127.0.0.1/one/ --format=json' ), true );
		$this->assertSame( array( 'ready', 'https://mautic-one.example' ), array( $status['status'], $status['base_url'] ) );
		$status = json_decode( $this->shell( 'wp mautic status --url=http://127.0.0.1/two/ --format=json' ), true );
		$this->assertSame( 'not_configured', $status['status'] );
		$this->assertStringContainsString( rawurlencode( 'http://127.0.0.1/one/wp-admin/admin.php' ), $this->shell( 'wp mautic authorize-url --user=admin --url=http://127.0.0.1/one/' ) );
	}

	public function test_several_crons_of_the_main_site_at_once_renew_each_site_once(): void {
		foreach ( self::SITES as $name ) {
			$this->connect( self::site( $name ), "mautic-$name.example" );
			$this->let_it_be_time( self::site( $name ) );
			$this->let_it_be_due( self::site( $name ) );
		}
		$command = 'wp eval \'do_action( "' . Network::HOOK . '" );\'';
		$this->shell( "$command & $command & $command & wait" );
		$renewals = preg_grep( '~/oauth/~', file( $this->requests_file(), FILE_IGNORE_NEW_LINES ) );
		sort( $renewals );
		$this->assertSame( array( 'mautic-one.example /oauth/v2/token', 'mautic-three.example /oauth/v2/token', 'mautic-two.example /oauth/v2/token' ), $renewals );
		$this->assertGreaterThan( time() + 6 * HOUR_IN_SECONDS, min( $this->due() ) );
		$this->assertCount( 3, $this->due() );
	}

	public function test_every_command_of_the_documentation_does_what_it_says(): void {
		foreach ( self::SITES as $name ) {
			$this->connect( self::site( $name ), "mautic-$name.example" );
			$this->let_it_be_time( self::site( $name ) );
			$this->let_it_be_due( self::site( $name ) );
		}
		preg_match_all( '/^```sh\n(.*?)^```$/ms', file_get_contents( dirname( __DIR__, 2 ) . '/docs/network.md' ), $blocks );
		$output = implode( '', array_map( array( $this, 'shell' ), explode( "\n", trim( implode( '', $blocks[1] ) ) ) ) );
		$this->assertStringContainsString( "Executed the cron event 'connector_for_mautic_network'", $output );
		$this->assertCount( 3, preg_grep( '~/oauth/~', file( $this->requests_file() ) ) );
		wp_cache_flush();
		$this->assertNotFalse( wp_next_scheduled( Network::HOOK ) );
		// The log of one site, its status, and that of all.
		$this->assertStringContainsString( 'refreshed', $output );
		$this->assertSame( 2, substr_count( $output, 'ada@mautic-one.example' ) );
		$this->assertSame( 1, substr_count( $output, 'ada@mautic-three.example' ) );
		$this->assertStringContainsString( 'Already so on 3', $output );
	}

	/** What a command prints that ends well. */
	private function shell( string $command ): string {
		$process = proc_open(
			array( '/bin/sh', '-c', $command ),
			array( 1 => array( 'pipe', 'w' ), 2 => array( 'redirect', 1 ) ),
			$pipes,
			null,
			array( 'PATH' => "$this->folder:" . getenv( 'PATH' ), 'MAUTIC_REQUESTS' => $this->requests_file() ) + getenv()
		);
		$output  = stream_get_contents( $pipes[1] );
		$this->assertSame( 0, proc_close( $process ), "$command: $output" );
		return $output;
	}

	private function requests_file(): string {
		return "$this->folder/requests";
	}
}
