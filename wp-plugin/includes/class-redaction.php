<?php
/**
 * Secrets out of foreign text.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Replaces what was sent in confidence wherever an answer repeats it: in error pages, in redirects,
 * in the messages of a transport.
 */
final class Redaction {

	private const MARK = '[redacted]';

	/**
	 * Each spelling of each secret, with what replaces it.
	 *
	 * @var array<string, string>
	 */
	private array $replacements;

	/**
	 * Takes the secrets.
	 *
	 * @param string[] $secrets As they were sent.
	 */
	public function __construct( #[\SensitiveParameter] array $secrets ) {
		$spellings = array();
		foreach ( $secrets as $secret ) {
			array_push( $spellings, $secret, rawurlencode( $secret ), urlencode( $secret ), htmlspecialchars( $secret, ENT_QUOTES ) );
			// With the escapes of PHP's default, and with those of Mautic.
			foreach ( array( 0, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT ) as $escapes ) {
				$spellings[] = substr( (string) wp_json_encode( $secret, $escapes | JSON_INVALID_UTF8_SUBSTITUTE ), 1, -1 );
			}
		}
		$this->replacements = array_fill_keys( array_filter( $spellings, 'strlen' ), self::MARK );
	}

	/**
	 * The text without them.
	 *
	 * @param string $text Anything that came from outside.
	 */
	public function of( string $text ): string {
		// In one pass, the longest first: one may be a part of another, or of the mark.
		return strtr( $text, $this->replacements );
	}

	/**
	 * How long the longest spelling is, in bytes.
	 */
	public function longest(): int {
		return max( array( 0, ...array_map( 'strlen', array_map( 'strval', array_keys( $this->replacements ) ) ) ) );
	}
}
