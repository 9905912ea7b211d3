<?php
/**
 * Locks.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Lock;

final class LockTest extends Plugin_Case {

	private const ROW = Lock::OPTION_PREFIX . 'test';

	public function test_only_one_owner_at_a_time(): void {
		$first  = new Lock();
		$second = new Lock();
		$this->assertTrue( $first->acquire( 'test', 60 ) );
		$this->assertFalse( $second->acquire( 'test', 60 ) );
		$this->assertTrue( $second->acquire( 'other', 60 ) );
		$first->release( 'test' );
		$this->assertTrue( $second->acquire( 'test', 60 ) );
	}

	public function test_only_the_owner_releases(): void {
		$first  = new Lock();
		$second = new Lock();
		$first->acquire( 'test', 60 );
		$second->release( 'test' );
		$second->release_all();
		$this->assertNotNull( $this->row( self::ROW ) );
		$first->release_all();
		$this->assertNull( $this->row( self::ROW ) );
	}

	public function test_an_expired_lock_is_taken_over_once(): void {
		$dead = new Lock();
		$dead->acquire( 'test', -1 );
		$first  = new Lock();
		$second = new Lock();
		$this->assertTrue( $first->acquire( 'test', 60 ) );
		$this->assertFalse( $second->acquire( 'test', 60 ) );
		// The former owner wakes up and must not release what is no longer its own.
		$dead->release( 'test' );
		$this->assertNotNull( $this->row( self::ROW ) );
	}

	public function test_a_lock_is_not_taken_over_in_its_last_second(): void {
		( new Lock() )->acquire( 'test', 2 );
		$this->assertFalse( ( new Lock() )->acquire( 'test', 60 ) );
	}

	/**
	 * @testWith [864000, true]
	 *           [1800, true]
	 *           [100, false]
	 */
	public function test_a_lock_from_a_clock_that_ran_ahead_does_not_stay( int $seconds, bool $taken ): void {
		( new Lock() )->acquire( 'test', 60 );
		$this->set_row( self::ROW, str_repeat( 'a', 32 ) . ':' . ( time() + $seconds ) );
		$this->assertSame( $taken, ( new Lock() )->acquire( 'test', 60 ) );
	}

	/**
	 * @testWith ["nonsense"]
	 *           [""]
	 */
	public function test_a_row_that_is_no_lock_is_taken_over( string $value ): void {
		( new Lock() )->acquire( 'test', 60 );
		$this->set_row( self::ROW, $value );
		$this->assertTrue( ( new Lock() )->acquire( 'test', 60 ) );
	}

	public function test_of_many_processes_at_once_one_gets_it(): void {
		global $wpdb;
		// On SQLite an open transaction would keep the others out.
		$wpdb->query( 'ROLLBACK' );
		$processes = array();
		$start     = microtime( true ) + 1.5;
		for ( $i = 0; $i < 6; ++$i ) {
			$processes[] = proc_open( array( PHP_BINARY, ...COMPILED, ...array( __DIR__ . '/fixtures/take-lock.php', SITE, 'race', (string) $start ) ), array( 1 => array( 'pipe', 'w' ) ), $pipes[ $i ] );
		}
		$answers = array();
		foreach ( $processes as $i => $process ) {
			$answers[] = stream_get_contents( $pipes[ $i ][1] );
			proc_close( $process );
		}
		$wpdb->delete( $wpdb->options, array( 'option_name' => Lock::OPTION_PREFIX . 'race' ) );
		sort( $answers );
		$this->assertSame( array( 'busy', 'busy', 'busy', 'busy', 'busy', 'taken' ), $answers );
	}
}
