<?php
/**
 * A core whose answers are written down beforehand.
 *
 * @package Connector_For_Mautic
 */

/**
 * Answers message after message from a script, and keeps what it was asked.
 */
final class Fake_Core {

	/** @var array<int, object> The messages. */
	public array $messages = array();

	/** @param array<int, mixed> $script Answers, or closures that make one of the message, or exceptions. */
	public function __construct( private array $script ) {
	}

	public function __invoke( string $message ): string {
		$decoded          = json_decode( $message, false, 512, JSON_THROW_ON_ERROR );
		$this->messages[] = $decoded;
		$answer           = array_shift( $this->script ) ?? throw new LogicException( 'The core was asked once more than expected: ' . $message );
		if ( $answer instanceof Closure ) {
			$answer = $answer( $decoded );
		}
		if ( $answer instanceof Throwable ) {
			throw $answer;
		}
		return is_string( $answer ) ? $answer : json_encode( $answer );
	}

	/** An `answer` effect, with what comes before it. */
	public static function done( bool $ok = true, array $before = array() ): array {
		return array(
			'effects' => array_merge(
				$before,
				array(
					array(
						'type' => 'answer',
						'ok'   => $ok,
					),
				)
			),
		);
	}

	/** An answer that stores a document of a revision. */
	public static function storing( int $revision, array $more = array() ): array {
		return array( 'connection' => array( 'revision' => $revision ) + $more ) + self::done( true, array( array( 'type' => 'store' ) ) );
	}

	/** The types of the events it was sent. */
	public function events(): array {
		return array_map( static fn( $message ) => $message->event->type, $this->messages );
	}
}
