<?php
/**
 * The persistent object cache that sites of the tests stand on: what is not true of it makes every other
 * test with it worthless. Needs a site that has it; part `redis` of scripts/test.sh.
 *
 * @package Connector_For_Mautic
 */

final class ObjectCacheTest extends Plugin_Case {

	/** What another process has at this moment. */
	private function other(): WP_Object_Cache {
		$other = new WP_Object_Cache();
		$other->add_global_groups( array( 'stay-global' ) );
		$other->add_non_persistent_groups( array( 'stay-private' ) );
		return $other;
	}

	public function test_the_site_has_it(): void {
		$this->assertTrue( wp_using_ext_object_cache() );
		$this->assertSame( realpath( WP_CONTENT_DIR . '/object-cache.php' ), ( new ReflectionClass( 'WP_Object_Cache' ) )->getFileName() );
	}

	public function test_it_has_every_function_of_wordpress_own(): void {
		preg_match_all( '/^function (\w+)/m', file_get_contents( ABSPATH . WPINC . '/cache.php' ), $own );
		$this->assertGreaterThan( 15, count( $own[1] ) );
		foreach ( $own[1] as $function ) {
			$this->assertTrue( function_exists( $function ), $function );
		}
		foreach ( array( 'add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime', 'flush_group' ) as $feature ) {
			$this->assertTrue( wp_cache_supports( $feature ), $feature );
		}
		$this->assertFalse( wp_cache_supports( 'telepathy' ) );
	}

	public function test_values_of_every_type_reach_another_process(): void {
		$values = array( 'text' => 'x', 'digits' => '12', 'int' => 12, 'float' => 1.5, 'true' => true, 'false' => false, 'null' => null, 'empty' => '', 'list' => array( 1, array( 'a' => null ) ), 'object' => (object) array( 'a' => 1 ) );
		foreach ( $values as $key => $value ) {
			$this->assertTrue( wp_cache_set( $key, $value, 'stay' ) );
			$this->assertEquals( $value, wp_cache_get( $key, 'stay' ) );
			$seen = $this->other()->get( $key, 'stay', false, $found );
			$this->assertTrue( $found, $key );
			$this->assertEquals( $value, $seen );
			$this->assertSame( gettype( $value ), gettype( $seen ) );
		}
		$this->assertFalse( wp_cache_get( 'nothing', 'stay', false, $found ) );
		$this->assertFalse( $found );
	}

	public function test_an_object_is_a_copy(): void {
		$object = (object) array( 'a' => 1 );
		wp_cache_set( 'object', $object, 'stay' );
		$object->a = 2;
		$this->assertSame( 1, wp_cache_get( 'object', 'stay' )->a );
		wp_cache_get( 'object', 'stay' )->a = 3;
		$this->assertSame( 1, wp_cache_get( 'object', 'stay' )->a );
	}

	public function test_a_process_keeps_what_it_has_seen_until_it_looks_again(): void {
		wp_cache_set( 'key', 'old', 'stay' );
		$this->other()->set( 'key', 'new', 'stay' );
		$this->assertSame( 'old', wp_cache_get( 'key', 'stay' ) );
		$this->assertSame( 'new', wp_cache_get( 'key', 'stay', true ) );
		$this->other()->set( 'key', 'newer', 'stay' );
		wp_cache_flush_runtime();
		$this->assertSame( 'newer', wp_cache_get( 'key', 'stay' ) );
		$this->other()->delete( 'key', 'stay' );
		$this->assertSame( 'newer', wp_cache_get( 'key', 'stay' ) );
		$this->assertFalse( wp_cache_get( 'key', 'stay', true ) );
	}

	public function test_only_one_process_adds(): void {
		$other = $this->other();
		$this->assertTrue( wp_cache_add( 'key', 'mine', 'stay' ) );
		$this->assertFalse( $other->add( 'key', 'theirs', 'stay' ) );
		$this->assertSame( 'mine', $other->get( 'key', 'stay' ) );
		$this->assertSame( array( 'key' => false, 'more' => true ), wp_cache_add_multiple( array( 'key' => 1, 'more' => 2 ), 'stay' ) );
		wp_suspend_cache_addition( true );
		$this->assertFalse( wp_cache_add( 'suspended', 'x', 'stay' ) );
		wp_suspend_cache_addition( false );
	}

	public function test_only_what_is_there_is_replaced(): void {
		$this->assertFalse( wp_cache_replace( 'key', 'x', 'stay' ) );
		$this->other()->set( 'key', 'x', 'stay' );
		$this->assertTrue( wp_cache_replace( 'key', 'y', 'stay' ) );
		$this->assertSame( 'y', $this->other()->get( 'key', 'stay' ) );
	}

	public function test_several_at_once(): void {
		$this->assertSame( array( 'a' => true, 'b' => true ), wp_cache_set_multiple( array( 'a' => 1, 'b' => 2 ), 'stay' ) );
		$this->assertSame( array( 'b' => 2, 'c' => false, 'a' => 1 ), $this->other()->get_multiple( array( 'b', 'c', 'a' ), 'stay' ) );
		$this->assertSame( array( 'a' => true, 'c' => false ), wp_cache_delete_multiple( array( 'a', 'c' ), 'stay' ) );
		$this->assertSame( array( 'a' => false, 'b' => 2 ), $this->other()->get_multiple( array( 'a', 'b' ), 'stay' ) );
	}

	public function test_values_expire(): void {
		wp_cache_set( 'key', 'x', 'stay', 1 );
		$this->assertSame( 'x', $this->other()->get( 'key', 'stay' ) );
		usleep( 1100000 );
		$this->assertFalse( $this->other()->get( 'key', 'stay' ) );
	}

	public function test_processes_count_together(): void {
		$other = $this->other();
		$this->assertFalse( wp_cache_incr( 'count', 1, 'stay' ) );
		wp_cache_set( 'count', 3, 'stay' );
		$this->assertSame( 5, $other->increment( 'count', 2, 'stay' ) );
		$this->assertSame( 6, wp_cache_incr( 'count', 1, 'stay' ) );
		$this->assertSame( 6, $other->get( 'count', 'stay', true ) );
		$this->assertSame( 0, wp_cache_decr( 'count', 10, 'stay' ) );
		wp_cache_set( 'count', 'words', 'stay' );
		$this->assertSame( 1, wp_cache_incr( 'count', 1, 'stay' ) );
	}

	public function test_groups_of_one_process(): void {
		wp_cache_add_non_persistent_groups( 'stay-private' );
		wp_cache_set( 'key', 2, 'stay-private' );
		$this->assertSame( 2, wp_cache_get( 'key', 'stay-private' ) );
		$this->assertSame( 3, wp_cache_incr( 'key', 1, 'stay-private' ) );
		$this->assertFalse( wp_cache_add( 'key', 1, 'stay-private' ) );
		$this->assertFalse( $this->other()->get( 'key', 'stay-private' ) );
		$this->assertTrue( wp_cache_delete( 'key', 'stay-private' ) );
		$this->assertFalse( wp_cache_replace( 'key', 1, 'stay-private' ) );
	}

	public function test_a_group_is_forgotten_alone(): void {
		foreach ( array( 'stay', 'stay-2', 'st*y' ) as $group ) {
			wp_cache_set( 'key', $group, $group );
		}
		$this->assertTrue( wp_cache_flush_group( 'st*y' ) );
		$this->assertFalse( wp_cache_get( 'key', 'st*y' ) );
		$this->assertSame( 'stay', $this->other()->get( 'key', 'stay' ) );
		wp_cache_flush_group( 'stay' );
		$this->assertFalse( wp_cache_get( 'key', 'stay' ) );
		$this->assertSame( 'stay-2', wp_cache_get( 'key', 'stay-2', true ) );
		wp_cache_flush();
		$this->assertFalse( wp_cache_get( 'key', 'stay-2' ) );
	}

	public function test_sites_of_a_network_have_keys_of_their_own(): void {
		$cache = $this->other();
		// This site is none of a network, so the place for its number is set by hand.
		$site = new ReflectionProperty( $cache, 'site' );
		$site->setAccessible( true );
		$site->setValue( $cache, '2' );
		$cache->set( 'key', 'of site 2', 'stay' );
		$cache->set( 'key', 'of all', 'stay-global' );
		$this->assertFalse( $this->other()->get( 'key', 'stay' ) );
		$this->assertSame( 'of all', $this->other()->get( 'key', 'stay-global' ) );
		$this->assertSame( 'of site 2', $cache->get( 'key', 'stay' ) );
		$cache->switch_to_blog( 3 );
		$this->assertFalse( $cache->get( 'key', 'stay' ) );
	}

	/**
	 * @testWith [""]
	 *           ["  "]
	 *           [null]
	 *           [1.5]
	 */
	public function test_a_key_that_is_none_is_refused( $key ): void {
		$said = 0;
		add_action( 'doing_it_wrong_run', static function () use ( &$said ) { ++$said; } );
		add_filter( 'doing_it_wrong_trigger_error', '__return_false' );
		$this->assertFalse( wp_cache_set( $key, 'x', 'stay' ) );
		$this->assertFalse( wp_cache_get( $key, 'stay' ) );
		$this->assertFalse( wp_cache_delete( $key, 'stay' ) );
		$this->assertSame( 3, $said );
	}
}
