<?php
/**
 * A new key for what is stored.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Encrypts the current site's connection under the key that the site has now, by compare-and-swap: until
 * then, and if anything fails, it stays as it was under its former key.
 */
final class Key_Rotation {

	/**
	 * It was encrypted anew.
	 */
	public const ROTATED = 'rotated';

	/**
	 * It is under the present key already.
	 */
	public const UNCHANGED = 'rotate_key.unchanged';

	/**
	 * There is nothing to encrypt.
	 */
	public const NOTHING_STORED = 'rotate_key.nothing_stored';

	/**
	 * It is under a key that is neither the present one nor one of the former.
	 */
	public const UNKNOWN_KEY = 'rotate_key.unknown_key';

	/**
	 * The core's lock for a refresh. A process that still has the former key must not be in the middle of
	 * one: it could not store its new tokens any more.
	 */
	private const LOCK = 'refresh';

	/**
	 * Seconds that the lock is waited for, and that it may be held: this takes no time.
	 */
	private const PATIENCE = 5;

	/**
	 * Takes the keys.
	 *
	 * @param Cipher   $present Of the key that the site has now.
	 * @param Cipher[] $former  Of keys that it may have had.
	 */
	public function __construct( private Cipher $present, private array $former ) {
	}

	/**
	 * Does it.
	 *
	 * @return string One of the constants above, or the code of an error.
	 */
	public function run(): string {
		$lock = new Lock();
		try {
			for ( $end = time() + self::PATIENCE; ! $lock->acquire( self::LOCK, self::PATIENCE ); usleep( 200000 ) ) {
				if ( time() >= $end ) {
					return 'lock.busy';
				}
			}
			// What is written takes the place of what this has found, and of nothing else.
			$storage = new Storage( $this->present );
			$found   = self::state( $storage );
			if ( 'connection.key_changed' !== $found ) {
				return $found;
			}
			$document = $this->former_document();
			if ( null === $document ) {
				return self::UNKNOWN_KEY;
			}
			$outcome = $storage->write( $document, (int) ( json_decode( $document )->revision ?? 0 ) );
			if ( Storage::STORED !== $outcome ) {
				return Storage::CONFLICT === $outcome ? 'lock.busy' : 'store.failed';
			}
			Log::append(
				array(
					array(
						'type' => 'log',
						'code' => 'key.rotated',
					),
				)
			);
			return self::ROTATED;
		} catch ( Unreadable_Exception $exception ) {
			return 'connection.' . $exception->getMessage();
		} catch ( Database_Exception ) {
			return 'store.failed';
		} finally {
			$lock->release_all();
		}
	}

	/**
	 * What the present key finds.
	 *
	 * @param Storage $storage Under that key.
	 * @return string UNCHANGED, NOTHING_STORED, or the code of the error.
	 * @throws Database_Exception If the database fails.
	 */
	private static function state( Storage $storage ): string {
		try {
			return null === $storage->read() ? self::NOTHING_STORED : self::UNCHANGED;
		} catch ( Unreadable_Exception $exception ) {
			return 'connection.' . $exception->getMessage();
		}
	}

	/**
	 * What one of the former keys finds, or null if it is none of theirs.
	 *
	 * @throws Unreadable_Exception If it is under one of them and cannot be read all the same.
	 * @throws Database_Exception   If the database fails.
	 */
	private function former_document(): ?string {
		foreach ( $this->former as $cipher ) {
			try {
				return ( new Storage( $cipher ) )->read();
			} catch ( Unreadable_Exception $exception ) {
				if ( 'key_changed' !== $exception->getMessage() ) {
					throw $exception;
				}
			}
		}
		return null;
	}
}
