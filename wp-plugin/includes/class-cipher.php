<?php
/**
 * Encryption of what is stored.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * XChaCha20-Poly1305 under a key that is never in the database.
 *
 * A value reads `cfm1:<revision>:<key fingerprint>:<base64 of nonce and ciphertext>`. The place it
 * belongs to (network, site, connection) is authenticated with it, so that a row copied to another
 * site of the network does not decrypt there. The address is not: a site may move.
 */
final class Cipher {

	private const FORMAT = 1;

	/**
	 * The encryption key, 32 bytes.
	 *
	 * @var string
	 */
	private string $key;

	/**
	 * Names the key without telling it: 16 hex digits.
	 *
	 * @var string
	 */
	private string $fingerprint;

	/**
	 * Derives key and fingerprint.
	 *
	 * @param string $material Secret, of any length.
	 */
	public function __construct( #[\SensitiveParameter] string $material ) {
		$this->key         = hash_hkdf( 'sha256', $material, SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_KEYBYTES, 'connector-for-mautic|1|key' );
		$this->fingerprint = bin2hex( hash_hkdf( 'sha256', $material, 8, 'connector-for-mautic|1|fingerprint' ) );
	}

	/**
	 * The site's cipher, or null where there is no secret outside the database to make a key of.
	 *
	 * CONNECTOR_FOR_MAUTIC_KEY if it is set; it must be worth a key, and nothing takes its place if
	 * it is not. Else the constants AUTH_KEY and AUTH_SALT, never `wp_salt()`, which falls back on a
	 * salt kept in the database beside the values it would protect.
	 */
	public static function of_site(): ?self {
		$key = Overrides::value( 'key' );
		if ( null !== $key ) {
			return strlen( $key ) >= 32 ? new self( $key ) : null;
		}
		return self::of_salts();
	}

	/**
	 * The cipher of AUTH_KEY and AUTH_SALT, or null where neither is worth a key.
	 */
	public static function of_salts(): ?self {
		$material = array();
		$is_own   = false;
		foreach ( array( 'AUTH_KEY', 'AUTH_SALT' ) as $name ) {
			$value = defined( $name ) ? constant( $name ) : '';
			// WordPress' own generator makes 64 characters.
			if ( is_string( $value ) && strlen( $value ) >= 32 && ! in_array( $value, $material, true ) ) {
				$material[] = $value;
				$is_own     = $is_own || ! self::is_repeated( $value );
			}
		}
		return $is_own ? new self( implode( '|', $material ) ) : null;
	}

	/**
	 * Whether a value stands for more than one of WordPress' keys, as what it puts into a wp-config.php that
	 * nobody has filled in: known to everybody, in some languages long, and to WordPress itself no key.
	 *
	 * @param string $value Of a constant.
	 */
	private static function is_repeated( string $value ): bool {
		$found = 0;
		foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $scheme ) {
			foreach ( array( '_KEY', '_SALT' ) as $kind ) {
				$found += defined( $scheme . $kind ) && constant( $scheme . $kind ) === $value ? 1 : 0;
			}
		}
		return $found > 1;
	}

	/**
	 * Encrypts a document for one place.
	 *
	 * @param string $plaintext The document.
	 * @param int    $revision  Its revision.
	 * @param string $place     Network, site and connection.
	 */
	public function encrypt( #[\SensitiveParameter] string $plaintext, int $revision, string $place ): string {
		$nonce      = random_bytes( SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES );
		$ciphertext = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt( $plaintext, self::associated_data( $place ), $nonce, $this->key );
		return sprintf( 'cfm%d:%d:%s:%s', self::FORMAT, $revision, $this->fingerprint, base64_encode( $nonce . $ciphertext ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- Ciphertext in a text column.
	}

	/**
	 * Decrypts a stored value.
	 *
	 * @param string             $value  As stored.
	 * @param string             $place  Where it was found.
	 * @param callable(): array  $others Lists places that it may have been copied from; asked only
	 *                                   to say why it does not decrypt.
	 * @return string The document.
	 * @throws Unreadable_Exception With the reason.
	 */
	public function decrypt( string $value, string $place, callable $others ): string {
		if ( ! preg_match( '/\Acfm(\d{1,9}):\d{1,18}:([^:]*):(.*)\z/s', $value, $parts ) ) {
			throw new Unreadable_Exception( 'damaged' );
		}
		if ( (int) $parts[1] > self::FORMAT ) {
			throw new Unreadable_Exception( 'newer_version' );
		}
		if ( ! preg_match( '/\A[0-9a-f]{16}\z/', $parts[2] ) ) {
			throw new Unreadable_Exception( 'damaged' );
		}
		if ( $parts[2] !== $this->fingerprint ) {
			throw new Unreadable_Exception( 'key_changed' );
		}
		$plaintext = $this->open( $parts[3], $place );
		if ( null !== $plaintext ) {
			return $plaintext;
		}
		foreach ( $others() as $other ) {
			if ( null !== $this->open( $parts[3], $other ) ) {
				throw new Unreadable_Exception( 'other_site' );
			}
		}
		throw new Unreadable_Exception( 'damaged' );
	}

	/**
	 * Decrypts for one place, or gives null.
	 *
	 * @param string $base64 Nonce and ciphertext.
	 * @param string $place  Network, site and connection.
	 */
	private function open( string $base64, string $place ): ?string {
		$bytes = base64_decode( $base64, true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- Ciphertext in a text column.
		if ( false === $bytes || strlen( $bytes ) < SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES + SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_ABYTES ) {
			return null;
		}
		$nonce      = substr( $bytes, 0, SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES );
		$ciphertext = substr( $bytes, SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES );
		$plaintext  = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt( $ciphertext, self::associated_data( $place ), $nonce, $this->key );
		return false === $plaintext ? null : $plaintext;
	}

	/**
	 * What is authenticated beside the document.
	 *
	 * @param string $place Network, site and connection.
	 */
	private static function associated_data( string $place ): string {
		return 'connector-for-mautic|' . self::FORMAT . '|' . $place;
	}
}
