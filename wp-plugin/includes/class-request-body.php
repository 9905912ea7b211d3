<?php
/**
 * Bodies of API calls.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A body as it goes over the wire, with its content type. A string goes as it is, an array as JSON, as
 * a form or, with files, as multipart/form-data. Nothing is converted: what is not UTF-8 is refused.
 */
final class Request_Body {

	private const JSON = 'application/json';

	private const FORM = 'application/x-www-form-urlencoded';

	private const MULTIPART = 'multipart/form-data';

	/**
	 * Bytes of a form's names that are looked at: far more than any form of Mautic has.
	 */
	private const NAMES = 65536;

	/**
	 * Takes both.
	 *
	 * @param string|null $bytes        The body; null if there is none.
	 * @param string      $content_type Its type, or an empty string.
	 */
	private function __construct( public readonly ?string $bytes, public readonly string $content_type ) {
	}

	/**
	 * The body of a call.
	 *
	 * @param array<string, mixed> $args `body`, `content_type` and `files` of connector_for_mautic_request().
	 * @throws Misuse_Exception `api_call.arguments_invalid`, `api_call.body_invalid`, `api_call.body_not_utf8`,
	 *     `api_call.content_type_invalid`, `api_call.file_unreadable`.
	 */
	public static function of( array $args ): self {
		$body  = $args['body'] ?? null;
		$type  = $args['content_type'] ?? '';
		$files = $args['files'] ?? array();
		if ( ! is_string( $type ) ) {
			throw new Misuse_Exception( 'api_call.arguments_invalid', 'content_type' );
		}
		if ( ! is_array( $files ) ) {
			throw new Misuse_Exception( 'api_call.arguments_invalid', 'files' );
		}
		$media_type = self::media_type( $type );
		$is_fields  = is_array( $body ) || is_object( $body );
		if ( $files || ( $is_fields && self::MULTIPART === $media_type ) ) {
			if ( ! $is_fields && null !== $body ) {
				throw new Misuse_Exception( 'api_call.arguments_invalid', 'body' );
			}
			$multipart = new Multipart( self::pairs( $body ?? array() ), $files );
			return new self( $multipart->bytes(), $multipart->content_type() );
		}
		if ( null === $body ) {
			return new self( null, '' );
		}
		if ( is_string( $body ) ) {
			return new self( $body, '' === $type ? self::JSON : $type );
		}
		if ( $is_fields && self::FORM === $media_type ) {
			self::pairs( $body );
			return new self( http_build_query( $body, '', '&' ), $type );
		}
		return new self( self::json( $body ), self::JSON );
	}

	/**
	 * Whether the whole body is UTF-8.
	 */
	public function is_utf8(): bool {
		return self::utf8( (string) $this->bytes );
	}

	/**
	 * The names of a form's fields, encoded as they are in it; an empty string for any other body.
	 */
	public function field_names(): string {
		$pairs = self::FORM === self::media_type( $this->content_type ) ? explode( '&', (string) $this->bytes ) : array();
		return substr( implode( '&', array_map( static fn( $pair ) => explode( '=', $pair, 2 )[0], $pairs ) ), 0, self::NAMES );
	}

	/**
	 * A content type without its parameters.
	 *
	 * @param string $content_type As in the header.
	 */
	private static function media_type( string $content_type ): string {
		return strtolower( trim( explode( ';', $content_type )[0] ) );
	}

	/**
	 * Fields of a form, with names as PHP reads them: `tags[0]`.
	 *
	 * @param array<string, mixed>|object $fields Texts, numbers, true and false, and arrays of them.
	 * @return array<int, array{0: string, 1: string}> Name and value.
	 * @throws Misuse_Exception `api_call.body_not_utf8`.
	 */
	private static function pairs( array|object $fields ): array {
		$pairs = array();
		foreach ( array_filter( explode( '&', http_build_query( $fields, '', '&' ) ), 'strlen' ) as $pair ) {
			$pair    = array_map( 'urldecode', explode( '=', $pair, 2 ) );
			$pairs[] = $pair;
			if ( ! self::utf8( implode( '', $pair ) ) ) {
				throw new Misuse_Exception( 'api_call.body_not_utf8' );
			}
		}
		return $pairs;
	}

	/**
	 * JSON. Not through wp_json_encode(), which guesses an encoding for what is not UTF-8 and converts it.
	 *
	 * @param mixed $value Anything.
	 * @throws Misuse_Exception `api_call.body_not_utf8`, `api_call.body_invalid`.
	 */
	private static function json( $value ): string {
		$json = json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ); // phpcs:ignore WordPress.WP.AlternativeFunctions.json_encode_json_encode -- See above.
		if ( false === $json ) {
			$code = JSON_ERROR_UTF8 === json_last_error() ? 'api_call.body_not_utf8' : 'api_call.body_invalid';
			throw new Misuse_Exception( $code, json_last_error_msg() ); // phpcs:ignore WordPress.Security.EscapeOutput -- One of the codes above.
		}
		return $json;
	}

	/**
	 * Whether bytes are UTF-8.
	 *
	 * @param string $bytes Any.
	 */
	private static function utf8( string $bytes ): bool {
		return 1 === preg_match( '//u', $bytes );
	}
}
