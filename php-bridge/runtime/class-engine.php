<?php
/**
 * Calls a compiled core with messages.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * One compiled module that takes a message and gives an answer, both strings.
 *
 * The module exports `alloc( length ): pointer`, `call( pointer, length ): pointer << 32 | length` and
 * `reset()`, which forgets all of the call. It is loaded with the first message; one instance serves
 * the request. After anything went wrong the instance is dropped, since its memory may be halfway
 * through a change.
 */
final class Engine {

	/**
	 * The module's main file.
	 *
	 * @var string
	 */
	private $file;

	/**
	 * The module's class.
	 *
	 * @var string
	 */
	private $module_class;

	/**
	 * The instance, once there is one.
	 *
	 * @var Module|null
	 */
	private $instance;

	/**
	 * Names the module; nothing is loaded yet.
	 *
	 * @param string $file         Its main file.
	 * @param string $module_class Its class.
	 */
	public function __construct( string $file, string $module_class ) {
		$this->file         = $file;
		$this->module_class = $module_class;
	}

	/**
	 * Gives the answer to a message.
	 *
	 * @param string $message The message.
	 * @return string The answer.
	 * @throws Trap           If the module stops.
	 * @throws Jit_Enabled    If a JIT that is not proven is on and stays on.
	 * @throws Build_Mismatch If the files of the module do not belong together.
	 */
	public function call( string $message ): string {
		self::load_guard();
		return Jit_Guard::run(
			function () use ( $message ) {
				$module = $this->instance();
				// Until the call has ended well there is no instance to use again.
				$this->instance = null;

				$length  = \strlen( $message );
				$pointer = $module->invoke( 'alloc', $length );
				if ( 0 === $pointer ) {
					throw new Trap( 'out of memory' );
				}
				$module->write( $pointer, $message );
				$result = $module->invoke( 'call', $pointer, $length );
				$answer = $module->read( $result >> 32 & 0xffffffff, $result & 0xffffffff );
				$module->invoke( 'reset' );

				$this->instance = $module;
				return $answer;
			}
		);
	}

	/**
	 * Compares answers with those that are known to be right.
	 *
	 * @param array[] $vectors Each with `name`, `message` and `answer`.
	 * @return string|null The name of the first that differs, or null if none does.
	 */
	public function self_test( array $vectors ): ?string {
		foreach ( $vectors as $vector ) {
			if ( $this->call( $vector['message'] ) !== $vector['answer'] ) {
				return $vector['name'];
			}
		}
		return null;
	}

	/**
	 * Has OPcache compile the module before the first message, which would wait for it.
	 *
	 * @return bool Whether OPcache took it.
	 */
	public function warm(): bool {
		self::load_guard();
		return Jit_Guard::run(
			function () {
				$done = \function_exists( 'opcache_compile_file' );
				foreach ( array( '/class-module.php', '/class-memory.php', '/class-numbers.php', '/class-trap.php' ) as $name ) {
					$done = $done && self::compile( __DIR__ . $name );
				}
				$done = $done && self::compile( $this->file );
				$cold = \preg_replace( '/\.php$/', '-cold.php', $this->file );
				return $done && ( ! \is_file( $cold ) || self::compile( $cold ) );
			}
		);
	}

	/**
	 * Compiles one file into OPcache.
	 *
	 * @param string $file The file.
	 */
	private static function compile( string $file ): bool {
		// phpcs:ignore WordPress.PHP.NoSilencedErrors -- Where OPcache is off this is a warning; the result says it.
		return @\opcache_compile_file( $file );
	}

	/**
	 * Gives the instance, made if need be.
	 */
	private function instance(): Module {
		if ( null === $this->instance ) {
			require_once $this->file;
			$this->instance = new $this->module_class();
		}
		return $this->instance;
	}

	/**
	 * Loads what stands between PHP's JIT and the module.
	 */
	private static function load_guard(): void {
		require_once __DIR__ . '/class-jit-guard.php';
	}
}
