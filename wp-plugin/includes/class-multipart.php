<?php
/**
 * Uploads.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A body of the type multipart/form-data (RFC 7578): fields, and files from this server's disk or from
 * memory.
 */
final class Multipart {

	/**
	 * Bytes that are read of all files together: one more than the core lets pass, so that a body that is
	 * too large is refused without filling the memory first.
	 */
	private const READ = 16777217;

	/**
	 * Head and contents of each part.
	 *
	 * @var array<int, array{0: string, 1: string}>
	 */
	private array $parts = array();

	/**
	 * Stands in none of the parts.
	 *
	 * @var string
	 */
	private string $boundary;

	/**
	 * How many of the bytes to read are left.
	 *
	 * @var int
	 */
	private int $left = self::READ;

	/**
	 * Reads the files.
	 *
	 * @param array<int, array{0: string, 1: string}>    $fields Name and value.
	 * @param array<string, string|array<string, string>> $files By field name: a path, or an array of `path` or
	 *                                                           `contents`, and optionally `name` and `type`.
	 * @throws Misuse_Exception `api_call.arguments_invalid`, `api_call.content_type_invalid`,
	 *     `api_call.file_unreadable`.
	 */
	public function __construct( array $fields, array $files ) {
		foreach ( $fields as list( $name, $value ) ) {
			$this->parts[] = array( self::disposition( $name ), $value );
		}
		foreach ( $files as $field => $file ) {
			$this->add_file( (string) $field, is_string( $file ) ? array( 'path' => $file ) : $file );
		}
		do {
			$this->boundary = 'connector-for-mautic-' . bin2hex( random_bytes( 16 ) );
		} while ( array_filter( $this->parts, fn( $part ) => str_contains( $part[0] . $part[1], $this->boundary ) ) );
	}

	/**
	 * The type, with the boundary.
	 */
	public function content_type(): string {
		return 'multipart/form-data; boundary=' . $this->boundary;
	}

	/**
	 * The whole body.
	 */
	public function bytes(): string {
		$bytes = '';
		foreach ( $this->parts as list( $head, $contents ) ) {
			$bytes .= "--{$this->boundary}\r\n$head\r\n\r\n$contents\r\n";
		}
		return $bytes . "--{$this->boundary}--\r\n";
	}

	/**
	 * Adds a file.
	 *
	 * @param string $field The field's name.
	 * @param mixed  $file  An array as above, if it is right.
	 * @throws Misuse_Exception As above.
	 */
	private function add_file( string $field, $file ): void {
		$known = array( 'path', 'contents', 'name', 'type' );
		if ( ! is_array( $file ) || array_diff( array_keys( $file ), $known ) || array_filter( $file, static fn( $value ) => ! is_string( $value ) ) || isset( $file['path'] ) === isset( $file['contents'] ) ) {
			throw new Misuse_Exception( 'api_call.arguments_invalid', "files: $field" );
		}
		$name = $file['name'] ?? ( isset( $file['path'] ) ? wp_basename( $file['path'] ) : $field );
		$type = $file['type'] ?? wp_check_filetype( $name )['type'] ?: 'application/octet-stream';
		if ( ! preg_match( '/^[\x20-\x7e]+$/D', $type ) ) {
			throw new Misuse_Exception( 'api_call.content_type_invalid' );
		}
		$this->parts[] = array(
			self::disposition( $field, $name ) . "\r\nContent-Type: $type",
			$file['contents'] ?? $this->read( $file['path'] ),
		);
	}

	/**
	 * A file of this server's disk. Nothing else has a real path: a URL, an archive and a stream do not.
	 *
	 * @param string $path Its path.
	 * @throws Misuse_Exception `api_call.file_unreadable`.
	 */
	private function read( string $path ): string {
		$real = str_contains( $path, "\0" ) ? false : realpath( $path );
		if ( false === $real || ! is_file( $real ) || ! is_readable( $real ) ) {
			throw new Misuse_Exception( 'api_call.file_unreadable', wp_basename( $path ) );
		}
		$contents = file_get_contents( $real, false, null, 0, $this->left ); // phpcs:ignore WordPress.WP.AlternativeFunctions.file_get_contents_file_get_contents -- A file of this disk.
		if ( false === $contents ) {
			throw new Misuse_Exception( 'api_call.file_unreadable', wp_basename( $path ) );
		}
		$this->left -= strlen( $contents );
		return $contents;
	}

	/**
	 * The line that names a part. In a name, what would end it is percent-encoded, as browsers do; a
	 * backslash too, since PHP takes it for an escape.
	 *
	 * @param string      $field    The field's name.
	 * @param string|null $filename The file's.
	 */
	private static function disposition( string $field, ?string $filename = null ): string {
		$quoted = static fn( string $name ): string => (string) preg_replace_callback( '/[\x00-\x1f"\\\\\x7f]/', static fn( $match ) => rawurlencode( $match[0] ), $name );
		return 'Content-Disposition: form-data; name="' . $quoted( $field ) . '"' . ( null === $filename ? '' : '; filename="' . $quoted( $filename ) . '"' );
	}
}
