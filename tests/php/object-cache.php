<?php
/**
 * A persistent object cache in Redis, for sites of the tests.
 *
 * WordPress loads this file from wp-content instead of its own cache. It has all of its functions, and
 * keeps what other processes share as other such caches do: a process that has read a value goes on with
 * its own copy until it is told to look again. The constants OBJECT_CACHE_SOCKET (a path) and
 * OBJECT_CACHE_DATABASE (a number) say where Redis is; each site has a database of its own. Where there is
 * no Redis, the site fails: a test must not go on without the cache that it is about.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

/**
 * WordPress' cache, with a copy of what this process has seen.
 */
final class WP_Object_Cache {

	/**
	 * Adds to a number that is there, and never goes below zero, in one step.
	 */
	private const INCREMENT = 'local value = redis.call("GET", KEYS[1])
		if not value then return false end
		value = math.max(0, (tonumber(value) or 0) + tonumber(ARGV[1]))
		redis.call("SET", KEYS[1], string.format("%.0f", value), "KEEPTTL")
		return value';

	public int $cache_hits = 0;

	public int $cache_misses = 0;

	private Redis $redis;

	/**
	 * What this process has read or written, by group and id.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private array $seen = array();

	/**
	 * Groups that all sites of a network share.
	 *
	 * @var array<string, true>
	 */
	private array $global_groups = array();

	/**
	 * Groups that no other process may see.
	 *
	 * @var array<string, true>
	 */
	private array $private_groups = array();

	private string $site;

	public function __construct() {
		$this->site  = is_multisite() ? (string) get_current_blog_id() : '';
		$this->redis = new Redis();
		$this->redis->connect( OBJECT_CACHE_SOCKET );
		$this->redis->select( OBJECT_CACHE_DATABASE );
	}

	/**
	 * Sets a value that is not there.
	 *
	 * @param int|string $key   The key.
	 * @param mixed      $data  The value.
	 * @param string     $group Its group.
	 * @param int        $expire Seconds, 0 for ever.
	 */
	public function add( $key, $data, $group = '', $expire = 0 ): bool {
		return ! wp_suspend_cache_addition() && $this->put( $key, $data, $group, (int) $expire, 'nx' );
	}

	public function add_multiple( array $data, $group = '', $expire = 0 ): array {
		return $this->each( $data, fn( $key, $value ) => $this->add( $key, $value, $group, $expire ) );
	}

	/**
	 * Sets a value in place of one that is there.
	 *
	 * @param int|string $key   The key.
	 * @param mixed      $data  The value.
	 * @param string     $group Its group.
	 * @param int        $expire Seconds, 0 for ever.
	 */
	public function replace( $key, $data, $group = '', $expire = 0 ): bool {
		return $this->put( $key, $data, $group, (int) $expire, 'xx' );
	}

	public function set( $key, $data, $group = '', $expire = 0 ): bool {
		return $this->put( $key, $data, $group, (int) $expire, '' );
	}

	public function set_multiple( array $data, $group = '', $expire = 0 ): array {
		return $this->each( $data, fn( $key, $value ) => $this->set( $key, $value, $group, $expire ) );
	}

	/**
	 * A value, or false.
	 *
	 * @param int|string $key   The key.
	 * @param string     $group Its group.
	 * @param bool       $force Look again, past what this process has seen.
	 * @param bool|null  $found Whether it was there.
	 * @return mixed
	 */
	public function get( $key, $group = '', $force = false, &$found = null ) {
		if ( ! $this->is_valid( $key ) ) {
			$found = false;
			return false;
		}
		return $this->get_multiple( array( $key ), $group, $force, $found )[ $key ];
	}

	/**
	 * Several values of a group, asked for at once.
	 *
	 * @param array<int|string> $keys  The keys.
	 * @param string            $group Their group.
	 * @param bool              $force Look again, past what this process has seen.
	 * @param bool|null         $found Whether the last of them was there.
	 * @return array<int|string, mixed> By key; false where there is none.
	 */
	public function get_multiple( array $keys, $group = '', $force = false, &$found = null ): array {
		$group = $this->group( $group );
		$ids   = array();
		foreach ( $keys as $key ) {
			if ( $this->is_valid( $key ) ) {
				$ids[ $key ] = $this->id( $key, $group );
			}
		}
		$seen    = $this->seen[ $group ] ?? array();
		$missing = $this->is_private( $group ) ? array()
			: array_values( array_filter( $ids, static fn( $id ) => $force || ! array_key_exists( $id, $seen ) ) );
		if ( $missing ) {
			foreach ( $this->redis->mget( $missing ) as $i => $stored ) {
				if ( false === $stored ) {
					unset( $this->seen[ $group ][ $missing[ $i ] ] );
				} else {
					$this->seen[ $group ][ $missing[ $i ] ] = self::decoded( $stored );
				}
			}
		}
		$values = array_fill_keys( $keys, false );
		foreach ( $ids as $key => $id ) {
			$found = array_key_exists( $id, $this->seen[ $group ] ?? array() );
			if ( $found ) {
				$values[ $key ] = self::copied( $this->seen[ $group ][ $id ] );
			}
			++$this->{ $found ? 'cache_hits' : 'cache_misses' };
		}
		return $values;
	}

	public function delete( $key, $group = '' ): bool {
		if ( ! $this->is_valid( $key ) ) {
			return false;
		}
		$group = $this->group( $group );
		$id    = $this->id( $key, $group );
		$seen  = array_key_exists( $id, $this->seen[ $group ] ?? array() );
		unset( $this->seen[ $group ][ $id ] );
		return $this->is_private( $group ) ? $seen : $this->redis->unlink( $id ) > 0;
	}

	public function delete_multiple( array $keys, $group = '' ): array {
		return $this->each( array_flip( $keys ), fn( $key ) => $this->delete( $key, $group ) );
	}

	/**
	 * Adds to a number; the number after that, or false if there is none.
	 *
	 * @param int|string $key    The key.
	 * @param int        $offset How much, which may be negative.
	 * @param string     $group  Its group.
	 */
	public function increment( $key, int $offset, $group = '' ): int|false {
		if ( ! $this->is_valid( $key ) ) {
			return false;
		}
		$group = $this->group( $group );
		$id    = $this->id( $key, $group );
		if ( $this->is_private( $group ) ) {
			$old   = $this->seen[ $group ][ $id ] ?? null;
			$value = null === $old ? false : max( 0, ( is_numeric( $old ) ? (int) $old : 0 ) + $offset );
		} else {
			$value = $this->redis->eval( self::INCREMENT, array( $id, $offset ), 1 );
		}
		if ( false !== $value ) {
			$this->seen[ $group ][ $id ] = $value;
		}
		return $value;
	}

	public function flush(): bool {
		$this->flush_runtime();
		return $this->redis->flushDB();
	}

	/**
	 * Forgets what this process has seen.
	 */
	public function flush_runtime(): bool {
		$this->seen = array();
		return true;
	}

	/**
	 * Forgets a group, of all sites of a network.
	 *
	 * @param string $group The group.
	 */
	public function flush_group( $group ): bool {
		$group = $this->group( $group );
		unset( $this->seen[ $group ] );
		$this->redis->setOption( Redis::OPT_SCAN, Redis::SCAN_RETRY );
		$cursor = null;
		while ( $ids = $this->redis->scan( $cursor, addcslashes( $group, '*?[]\\^-' ) . ':*', 1000 ) ) {
			$this->redis->unlink( $ids );
		}
		return true;
	}

	public function add_global_groups( $groups ): void {
		$this->global_groups += array_fill_keys( (array) $groups, true );
	}

	public function add_non_persistent_groups( $groups ): void {
		$this->private_groups += array_fill_keys( (array) $groups, true );
	}

	public function switch_to_blog( $blog_id ): void {
		$this->site = is_multisite() ? (string) (int) $blog_id : '';
	}

	/**
	 * Nothing to do: the connection ends with the process.
	 */
	public function close(): bool {
		return true;
	}

	/**
	 * Sets a value, under a condition of Redis: 'nx' not there, 'xx' there.
	 *
	 * @param int|string $key       The key.
	 * @param mixed      $data      The value.
	 * @param string     $group     Its group.
	 * @param int        $expire    Seconds, 0 for ever.
	 * @param string     $condition Empty for none.
	 */
	private function put( $key, $data, $group, int $expire, string $condition ): bool {
		if ( ! $this->is_valid( $key ) ) {
			return false;
		}
		$group = $this->group( $group );
		$id    = $this->id( $key, $group );
		if ( $this->is_private( $group ) ) {
			$there = array_key_exists( $id, $this->seen[ $group ] ?? array() );
			if ( '' !== $condition && ( 'xx' === $condition ) !== $there ) {
				return false;
			}
		} else {
			$options = '' === $condition ? array() : array( $condition );
			if ( $expire > 0 ) {
				$options['ex'] = $expire;
			}
			if ( ! $this->redis->set( $id, self::encoded( $data ), $options ) ) {
				return false;
			}
		}
		$this->seen[ $group ][ $id ] = self::copied( $data );
		return true;
	}

	/**
	 * What a function gives for each of several.
	 *
	 * @param array<int|string, mixed> $data     Values by key.
	 * @param callable                 $function Takes key and value.
	 */
	private function each( array $data, callable $function ): array {
		$results = array();
		foreach ( $data as $key => $value ) {
			$results[ $key ] = $function( $key, $value );
		}
		return $results;
	}

	private function group( $group ): string {
		return empty( $group ) ? 'default' : (string) $group;
	}

	private function is_private( string $group ): bool {
		return isset( $this->private_groups[ $group ] );
	}

	private function id( $key, string $group ): string {
		return $group . ':' . ( isset( $this->global_groups[ $group ] ) ? '' : $this->site ) . ':' . $key;
	}

	private function is_valid( $key ): bool {
		if ( is_int( $key ) || ( is_string( $key ) && '' !== trim( $key ) ) ) {
			return true;
		}
		_doing_it_wrong( __METHOD__, 'A cache key is an integer or a string that is not empty.', '6.1.0' );
		return false;
	}

	/**
	 * Whole numbers as they are, so that Redis can count.
	 *
	 * @param mixed $data A value.
	 */
	private static function encoded( $data ): string {
		return is_int( $data ) ? (string) $data : serialize( $data );
	}

	private static function decoded( string $stored ) {
		return is_numeric( $stored ) ? (int) $stored : unserialize( $stored );
	}

	private static function copied( $data ) {
		return is_object( $data ) ? clone $data : $data;
	}
}

function wp_cache_init() {
	$GLOBALS['wp_object_cache'] = new WP_Object_Cache();
}

function wp_cache_add( $key, $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->add( $key, $data, $group, $expire );
}

function wp_cache_add_multiple( array $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->add_multiple( $data, $group, $expire );
}

function wp_cache_replace( $key, $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->replace( $key, $data, $group, $expire );
}

function wp_cache_set( $key, $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->set( $key, $data, $group, $expire );
}

function wp_cache_set_multiple( array $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->set_multiple( $data, $group, $expire );
}

function wp_cache_get( $key, $group = '', $force = false, &$found = null ) {
	return $GLOBALS['wp_object_cache']->get( $key, $group, $force, $found );
}

function wp_cache_get_multiple( $keys, $group = '', $force = false ) {
	return $GLOBALS['wp_object_cache']->get_multiple( $keys, $group, $force );
}

function wp_cache_delete( $key, $group = '' ) {
	return $GLOBALS['wp_object_cache']->delete( $key, $group );
}

function wp_cache_delete_multiple( array $keys, $group = '' ) {
	return $GLOBALS['wp_object_cache']->delete_multiple( $keys, $group );
}

function wp_cache_incr( $key, $offset = 1, $group = '' ) {
	return $GLOBALS['wp_object_cache']->increment( $key, (int) $offset, $group );
}

function wp_cache_decr( $key, $offset = 1, $group = '' ) {
	return $GLOBALS['wp_object_cache']->increment( $key, -(int) $offset, $group );
}

function wp_cache_flush() {
	return $GLOBALS['wp_object_cache']->flush();
}

function wp_cache_flush_runtime() {
	return $GLOBALS['wp_object_cache']->flush_runtime();
}

function wp_cache_flush_group( $group ) {
	return $GLOBALS['wp_object_cache']->flush_group( $group );
}

function wp_cache_supports( $feature ) {
	return in_array( $feature, array( 'add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime', 'flush_group' ), true );
}

function wp_cache_close() {
	return $GLOBALS['wp_object_cache']->close();
}

function wp_cache_add_global_groups( $groups ) {
	$GLOBALS['wp_object_cache']->add_global_groups( $groups );
}

function wp_cache_add_non_persistent_groups( $groups ) {
	$GLOBALS['wp_object_cache']->add_non_persistent_groups( $groups );
}

function wp_cache_switch_to_blog( $blog_id ) {
	$GLOBALS['wp_object_cache']->switch_to_blog( $blog_id );
}

function wp_cache_reset() {
	_deprecated_function( __FUNCTION__, '3.5.0', 'wp_cache_switch_to_blog()' );
	$GLOBALS['wp_object_cache']->flush_runtime();
}
