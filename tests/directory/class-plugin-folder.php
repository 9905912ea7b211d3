<?php
/**
 * The folder that sites get.
 *
 * @package Connector_For_Mautic
 */

/**
 * A plugin's folder as the directory's reviewers see it: its files, and the PHP among them as tokens.
 */
final class Plugin_Folder {

	public readonly string $path;

	/** @var array<string, string> Contents by path within the folder. */
	public readonly array $files;

	/** @var array<string, PHP_File> By path and contents: copies of a folder differ in a file or two. */
	private static array $read = array();

	/** @var array<string, PHP_File> */
	private array $php = array();

	public function __construct( string $path ) {
		$this->path = rtrim( $path, '/' );
		$found      = array();
		foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $this->path, FilesystemIterator::SKIP_DOTS ) ) as $file ) {
			$found[ substr( (string) $file, strlen( $this->path ) + 1 ) ] = file_get_contents( (string) $file );
		}
		ksort( $found );
		$this->files = $found;
	}

	/** The slug, which is the folder's name. */
	public function slug(): string {
		return basename( $this->path );
	}

	/** @return array<string, PHP_File> By path within the folder. */
	public function php(): array {
		foreach ( array_keys( $this->ending( 'php' ) ) as $name ) {
			$this->php[ $name ] ??= self::$read[ $name . md5( $this->files[ $name ] ) ] ??= new PHP_File( $name, $this->files[ $name ] );
		}
		return $this->php;
	}

	/** @return array<string, string> Contents of the files with one of these endings. */
	public function ending( string ...$endings ): array {
		return array_filter( $this->files, static fn( $name ) => in_array( pathinfo( $name, PATHINFO_EXTENSION ), $endings, true ), ARRAY_FILTER_USE_KEY );
	}

	/** The literal value of a constant of a class, or null if no file of the folder has one. */
	public function constant( string $class_name, string $constant, PHP_File $from ): ?string {
		foreach ( 'self' === $class_name ? array( $from ) : $this->php() as $file ) {
			if ( preg_match( '/\bclass (\w+)/', $file->code, $found ) && in_array( $class_name, array( 'self', $found[1] ), true )
				&& preg_match( '/\bconst ' . preg_quote( $constant, '/' ) . "\s*=\s*'([^']*)'/", $file->code, $value ) ) {
				return $value[1];
			}
		}
		return null;
	}
}
