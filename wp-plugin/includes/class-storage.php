<?php
/**
 * The connection's row.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Reads and writes the encrypted connection by compare-and-swap.
 *
 * Rows go through `$wpdb` and not through the options API, since an object cache or a request-long
 * copy may be stale, and since only the database can compare and swap.
 */
final class Storage {

	public const CONNECTION = 'default';

	/**
	 * Stored.
	 */
	public const STORED = 'stored';

	/**
	 * Another process wrote first; nothing was written.
	 */
	public const CONFLICT = 'conflict';

	/**
	 * The database or the encryption failed; nothing was written.
	 */
	public const FAILED = 'failed';

	/**
	 * Places tried when a value does not decrypt: enough to name a copied row in most networks
	 * without making an unreadable row dear.
	 */
	private const OTHER_SITES = 50;

	/**
	 * The row's value as it was last read or written; null if there is none.
	 *
	 * @var string|null
	 */
	private ?string $bytes = null;

	/**
	 * The document in it; null if there is none.
	 *
	 * @var string|null
	 */
	private ?string $document = null;

	/**
	 * Whether the row was read.
	 *
	 * @var bool
	 */
	private bool $known = false;

	/**
	 * What a document was encrypted to whose write has failed, by the document.
	 *
	 * @var array<string, string>
	 */
	private array $failed = array();

	/**
	 * What went wrong with the last write.
	 *
	 * @var string
	 */
	private string $error = '';

	/**
	 * Takes the cipher.
	 *
	 * @param Cipher|null $cipher Null where the site has no key.
	 */
	public function __construct( private ?Cipher $cipher ) {
	}

	/**
	 * The name of the connection's row.
	 */
	public static function option_name(): string {
		return 'connector_for_mautic_connection_' . self::CONNECTION;
	}

	/**
	 * The stored document as JSON, or null if nothing is stored.
	 *
	 * The database is asked once; after that only if the caller says so.
	 *
	 * @param bool $again Read again, since another process may have written.
	 * @throws Unreadable_Exception If there is something that cannot be read, or no key to read by.
	 * @throws Database_Exception   If the database does not say whether there is anything.
	 */
	public function read( bool $again = false ): ?string {
		if ( null === $this->cipher ) {
			throw new Unreadable_Exception( 'key_missing' );
		}
		if ( ! $this->known || $again ) {
			$this->known    = false;
			$this->document = null;
			$this->bytes    = self::row( self::option_name() );
			if ( null !== $this->bytes ) {
				$document = $this->cipher->decrypt( $this->bytes, self::place( get_current_network_id(), get_current_blog_id() ), array( self::class, 'other_places' ) );
				if ( ! is_object( json_decode( $document ) ) ) {
					throw new Unreadable_Exception( 'damaged' );
				}
				$this->document = $document;
			}
			$this->known = true;
		}
		return $this->document;
	}

	/**
	 * Writes a document if the row still holds what was last read, whether or not that could be
	 * decrypted.
	 *
	 * @param string $document JSON.
	 * @param int    $revision The document's revision.
	 * @return string STORED, CONFLICT or FAILED.
	 */
	public function write( #[\SensitiveParameter] string $document, int $revision ): string {
		global $wpdb;
		if ( null === $this->cipher ) {
			$this->error = 'no encryption key';
			return self::FAILED;
		}
		$name = self::option_name();
		// The same bytes again after a failure: the database may have taken them before it failed.
		$bytes = $this->failed[ $document ]
			?? $this->cipher->encrypt( $document, $revision, self::place( get_current_network_id(), get_current_blog_id() ) );
		if ( null === $this->bytes ) {
			// `off` keeps the row out of the options that WordPress loads on every page.
			$query = $wpdb->prepare( "INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'off')", $name, $bytes );
		} else {
			// As binary, since the column's collation takes upper and lower case for the same.
			$query = $wpdb->prepare( "UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND CAST(option_value AS BINARY) = CAST(%s AS BINARY)", $bytes, $name, $this->bytes );
		}
		$written = $wpdb->query( $query ); // phpcs:ignore WordPress.DB -- Prepared above; see the class.
		self::forget_cached( $name );
		try {
			$mine = 1 === $written || ( 0 === $written && self::row( $name ) === $bytes );
		} catch ( Database_Exception ) {
			$written = false;
		}
		if ( false === $written ) {
			$this->error  = Database_Exception::of_last_query()->getMessage();
			$this->failed = array( $document => $bytes );
			return self::FAILED;
		}
		if ( ! $mine ) {
			return self::CONFLICT;
		}
		$this->failed   = array();
		$this->bytes    = $bytes;
		$this->document = $document;
		$this->known    = true;
		return self::STORED;
	}

	/**
	 * The value of a row of the options, or null if there is none.
	 *
	 * @param string $name The option's name.
	 * @throws Database_Exception If the database does not say.
	 */
	public static function row( string $name ): ?string {
		global $wpdb;
		// Not get_var(), to which an empty value is none.
		$row = $wpdb->get_row( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- See the class.
			$wpdb->prepare( "SELECT option_value FROM $wpdb->options WHERE option_name = %s", $name ),
			ARRAY_N
		);
		if ( null === $row && '' !== $wpdb->last_error ) {
			throw Database_Exception::of_last_query();
		}
		return $row[0] ?? null;
	}

	/**
	 * What the database said to the last write that failed.
	 */
	public function last_error(): string {
		return $this->error;
	}

	/**
	 * Takes a row out of the caches of the options API.
	 *
	 * @param string $name The option's name.
	 */
	public static function forget_cached( string $name ): void {
		wp_cache_delete( $name, 'options' );
		$missing = wp_cache_get( 'notoptions', 'options' );
		if ( is_array( $missing ) && isset( $missing[ $name ] ) ) {
			unset( $missing[ $name ] );
			wp_cache_set( 'notoptions', $missing, 'options' );
		}
	}

	/**
	 * What a value is bound to.
	 *
	 * @param int $network Id of the network.
	 * @param int $site    Id of the site.
	 */
	private static function place( int $network, int $site ): string {
		return $network . '|' . $site . '|' . self::CONNECTION;
	}

	/**
	 * Places that a row may have been copied from.
	 *
	 * @return string[]
	 */
	public static function other_places(): array {
		$network = get_current_network_id();
		$sites   = is_multisite()
			? get_sites(
				array(
					'fields'                 => 'ids',
					'number'                 => self::OTHER_SITES,
					'update_site_meta_cache' => false,
				)
			)
			: range( 1, self::OTHER_SITES );
		return array_map( static fn( $site ) => self::place( $network, (int) $site ), $sites );
	}
}
