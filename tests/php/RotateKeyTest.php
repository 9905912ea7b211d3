<?php
/**
 * `wp mautic rotate-key`: a new key for what is stored, and nothing lost if it does not work.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Key_Rotation;
use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Storage;
use Connector_For_Mautic\Unreadable_Exception;

/** @group wp-cli */
final class RotateKeyTest extends Connected_Case {

	private const NEW_KEY = 'the new key of the tests, long enough too';

	/** What is stored is for other processes: no transaction. */
	protected function setUp(): void {
		parent::setUp();
		$this->outside();
		$this->clean();
	}

	protected function tearDown(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		$this->outside();
		$this->clean();
		parent::tearDown();
	}

	public function test_from_the_salts_to_a_key_of_its_own_without_telling_the_former(): void {
		$this->connect();
		$document = $this->document();
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::NEW_KEY );
		$this->assertStringContainsString( 'connection.key_changed', $this->wp( array( 'status' ) )[1] );

		list( $status, $output ) = $this->wp( array( 'rotate-key' ) );
		$this->assertSame( 0, $status, $output );
		$this->assertStringContainsString( 'Encrypted anew on 1 under the key of CONNECTOR_FOR_MAUTIC_KEY', $output );
		$this->assertSame( $document, $this->storage( self::NEW_KEY )->read() );
		$this->assertSame( 'connected', json_decode( $this->wp( array( 'status', '--format=json' ) )[1] )->status );
		$this->assertSame( 'key.rotated', Log::entries()[0]['code'] );
		$this->assertNull( $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
		wp_cache_flush();
		$this->assertFalse( Connector_For_Mautic\Alert::may_be_due(), 'the notice of changed keys is gone' );
	}

	/** @dataProvider told_keys */
	public function test_the_former_key_is_told_on_standard_input( string $material, string $told ): void {
		$this->storage( $material )->write( '{"v":1,"revision":3}', 3 );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::NEW_KEY );
		list( $status, $output ) = $this->wp( array( 'rotate-key', '--old-key=-', '--format=json' ), $told );
		$this->assertSame( array( 0, '{"rotated":1,"unchanged":0,"nothing_stored":0,"failed":[]}' ), array( $status, trim( $output ) ) );
		$this->assertSame( '{"v":1,"revision":3}', $this->storage( self::NEW_KEY )->read() );
		$this->assertStringStartsWith( 'cfm1:3:', $this->row( Storage::option_name() ) );
	}

	public function told_keys(): array {
		$salts = array( str_repeat( 'former AUTH_KEY ', 4 ), str_repeat( 'former AUTH_SALT', 4 ) );
		return array(
			'a key'                    => array( self::KEY, self::KEY . "\n" ),
			'a key without a line end' => array( self::KEY, self::KEY ),
			'AUTH_KEY and AUTH_SALT'   => array( implode( '|', $salts ), implode( "\n", $salts ) . "\n" ),
			'the same from Windows'    => array( implode( '|', $salts ), implode( "\r\n", $salts ) . "\r\n" ),
		);
	}

	public function test_back_to_the_salts(): void {
		$this->storage( self::NEW_KEY )->write( '{"v":1,"revision":3}', 3 );
		list( $status, $output ) = $this->wp( array( 'rotate-key', '--old-key=' . self::NEW_KEY ) );
		$this->assertSame( 0, $status, $output );
		$this->assertStringContainsString( 'under the key of AUTH_KEY and AUTH_SALT', $output );
		$this->assertSame( '{"v":1,"revision":3}', ( new Storage( Cipher::of_site() ) )->read() );
	}

	/** @dataProvider failures */
	public function test_what_cannot_be_done_says_why_and_changes_nothing( ?string $stored_under, callable $damage, string $key, array $options, string $told, int $exit, string $says ): void {
		if ( null !== $stored_under ) {
			$this->storage( $stored_under )->write( '{"revision":3}', 3 );
			$this->set_row( Storage::option_name(), $damage( $this->row( Storage::option_name() ) ) );
		}
		$before = $this->row( Storage::option_name() );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . $key );
		list( $status, $output ) = $this->wp( array_merge( array( 'rotate-key' ), $options ), $told );
		$this->assertSame( $exit, $status, $output );
		$this->assertStringContainsString( $says, $output );
		$this->assertStringNotContainsString( self::KEY, $output );
		$this->assertSame( $before, $this->row( Storage::option_name() ) );
	}

	public function failures(): array {
		$as_it_is = static fn( $value ) => $value;
		$cut      = static fn( $value ) => substr( $value, 0, -8 );
		$stdin    = array( '--old-key=-' );
		return array(
			'nothing stored'        => array( null, $as_it_is, self::NEW_KEY, array(), '', 1, 'rotate_key.nothing_stored: Nothing is stored here' ),
			'already under it'      => array( self::NEW_KEY, $as_it_is, self::NEW_KEY, array(), '', 1, 'rotate_key.unchanged: What is stored is already encrypted' ),
			'no former key told'    => array( self::KEY, $as_it_is, self::NEW_KEY, array(), '', 1, 'rotate_key.unknown_key: What is stored was encrypted under another key' ),
			'another former key'    => array( self::KEY, $as_it_is, self::NEW_KEY, $stdin, 'yet another key of these tests', 1, 'rotate_key.unknown_key' ),
			'damaged'               => array( self::KEY, $cut, self::NEW_KEY, $stdin, self::KEY, 1, 'connection.damaged' ),
			'no form that we know'  => array( self::KEY, static fn() => 'x', self::NEW_KEY, $stdin, self::KEY, 1, 'connection.damaged' ),
			'a key worth nothing'   => array( self::KEY, $as_it_is, 'short', $stdin, self::KEY, 1, 'connection.key_missing' ),
			'nothing on the input'  => array( self::KEY, $as_it_is, self::NEW_KEY, $stdin, "\n", 2, '--old-key takes the former key' ),
			'a network of one site' => array( self::KEY, $as_it_is, self::NEW_KEY, array( '--network' ), '', 2, 'This is no network' ),
			'as JSON'               => array( self::KEY, $as_it_is, self::NEW_KEY, array( '--format=json' ), '', 1, '{"error":{"code":"rotate_key.unknown_key"' ),
		);
	}

	public function test_who_renews_is_waited_for_and_nothing_happens_if_that_takes_too_long(): void {
		$this->storage( self::KEY )->write( '{"revision":3}', 3 );
		$before = $this->row( Storage::option_name() );
		$other  = new Lock();
		$other->acquire( 'refresh', 60 );
		$this->assertSame( 'lock.busy', $this->rotation()->run() );
		$this->assertSame( $before, $this->row( Storage::option_name() ) );
		$other->release( 'refresh' );
		$other->acquire( 'refresh', 1 );
		$this->assertSame( Key_Rotation::ROTATED, $this->rotation()->run() );
	}

	public function test_what_another_process_stores_meanwhile_is_not_overwritten(): void {
		$this->storage( self::KEY )->write( '{"revision":3}', 3 );
		add_filter(
			'query',
			function ( $query ) {
				if ( str_starts_with( $query, 'UPDATE' ) ) {
					remove_all_filters( 'query' );
					$other = $this->storage( self::KEY );
					$other->read();
					$other->write( '{"revision":4}', 4 );
				}
				return $query;
			}
		);
		$this->assertSame( 'lock.busy', $this->rotation()->run() );
		$this->assertSame( '{"revision":4}', $this->storage( self::KEY )->read() );
		$this->assertSame( Key_Rotation::ROTATED, $this->rotation()->run() );
		$this->assertSame( '{"revision":4}', $this->storage( self::NEW_KEY )->read() );
	}

	public function test_a_database_that_does_not_take_it_leaves_it_under_the_former_key(): void {
		$this->storage( self::KEY )->write( '{"revision":3}', 3 );
		add_filter( 'query', static fn( $query ) => str_starts_with( $query, 'UPDATE' ) ? '' : $query );
		$this->assertSame( 'store.failed', $this->rotation()->run() );
		remove_all_filters( 'query' );
		$this->assertSame( '{"revision":3}', $this->storage( self::KEY )->read() );
		$this->assertNull( $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
	}

	/** The process dies right before each of its effects in turn, as `kill -9` does it: stay/fixtures/mu/kill.php. */
	public function test_killed_at_any_step_the_former_key_opens_it_or_the_new_one(): void {
		$this->connect();
		$document = $this->document();
		$row      = $this->row( Storage::option_name() );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::NEW_KEY );
		$opened = array();
		for ( $at = 0; $at < 50; ++$at ) {
			$this->set_row( Storage::option_name(), $row );
			$steps  = $this->killed( $at );
			$former = $this->opens( Cipher::of_salts(), $document );
			$new    = $this->opens( new Cipher( self::NEW_KEY ), $document );
			$this->assertTrue( $former xor $new, "killed after:\n" . implode( "\n", $steps ) );
			$opened[] = $new ? 'new' : 'former';
			$this->let_its_lock_expire();
			list( $status, $output ) = $this->wp( array( 'rotate-key' ) );
			$this->assertStringContainsString( $new ? 'rotate_key.unchanged' : 'Encrypted anew on 1', $output, (string) $status );
			$this->assertTrue( $this->opens( new Cipher( self::NEW_KEY ), $document ) );
			$this->assertSame( 'connected', json_decode( $this->wp( array( 'status', '--format=json' ) )[1] )->status );
			$this->let_its_lock_expire();
			if ( in_array( 'end', $steps, true ) ) {
				break;
			}
		}
		// Once for each effect, and it was the row's own that decided.
		$this->assertContains( 'UPDATE connector_for_mautic_connection_default', $steps );
		$this->assertSame( array( 'former', 'former', 'new' ), array_slice( $opened, 0, 3 ) );
		$this->assertGreaterThan( 4, $at );
	}

	/** @return string[] What a process has done that was killed before one of its effects. */
	private function killed( int $at ): array {
		$listed = get_temp_dir() . uniqid( 'effects-' );
		touch( $listed );
		putenv( "STAY_EFFECTS=$listed" );
		putenv( "STAY_KILL=$at" );
		$fixture = dirname( __DIR__ ) . '/stay/fixtures/mu/kill.php';
		$this->wp( array( 'rotate-key', "--exec=WP_CLI::add_hook( 'after_wp_load', static fn() => require '$fixture' );" ) );
		putenv( 'STAY_EFFECTS' );
		putenv( 'STAY_KILL' );
		$steps = file( $listed, FILE_IGNORE_NEW_LINES );
		unlink( $listed );
		return $steps;
	}

	private function opens( Cipher $cipher, string $document ): bool {
		try {
			return ( new Storage( $cipher ) )->read() === $document;
		} catch ( Unreadable_Exception ) {
			return false;
		}
	}

	/** What a dead process held is free after some seconds, which are over at once here. */
	private function let_its_lock_expire(): void {
		$this->set_row( Lock::OPTION_PREFIX . 'refresh', 'of-the-dead:1' );
		wp_cache_flush();
	}

	private function rotation(): Key_Rotation {
		return new Key_Rotation( new Cipher( self::NEW_KEY ), array( new Cipher( 'a key that never was' ), new Cipher( self::KEY ) ) );
	}

	/**
	 * Runs a command of ours.
	 *
	 * @param string[] $arguments Its name and options.
	 * @param string   $input     What it finds on standard input.
	 * @return array{0: int, 1: string} Exit status and output.
	 */
	private function wp( array $arguments, string $input = '' ): array {
		$this->outside();
		$command = array( ...self::wp_command(), ...array( 'mautic' ), ...$arguments );
		$process = proc_open( $command, array( array( 'pipe', 'r' ), array( 'pipe', 'w' ), array( 'redirect', 1 ) ), $pipes );
		fwrite( $pipes[0], $input );
		fclose( $pipes[0] );
		$output = stream_get_contents( $pipes[1] );
		$status = proc_close( $process );
		wp_cache_flush();
		return array( $status, $output );
	}

	/** Ends the test's transaction. */
	private function outside(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
	}

	private function clean(): void {
		global $wpdb;
		$wpdb->query( "DELETE FROM $wpdb->options WHERE option_name LIKE 'connector\\_for\\_mautic\\_%' AND option_name <> 'connector_for_mautic_self_test'" );
		wp_clear_scheduled_hook( 'connector_for_mautic_tick' );
		wp_cache_flush();
	}
}
