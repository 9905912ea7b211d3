<?php
/**
 * What a run came to.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The core's `answer` effect, with what the shell remembered on the way.
 */
final class Result {

	/**
	 * Takes all of it.
	 *
	 * @param array<string, mixed>      $answer   The `answer` effect.
	 * @param string|null               $redirect Where the core sends the browser.
	 * @param array<string, mixed>|null $response Mautic's last answer: `status`, `headers`, `body`.
	 * @param array<int, array>         $steps    What the doctor found: `name`, `state`, `requests` and, where they
	 *                                            apply, `error`, `detail`, `value`, `milliseconds`.
	 */
	public function __construct(
		public readonly array $answer,
		public readonly ?string $redirect = null,
		public readonly ?array $response = null,
		public readonly array $steps = array(),
	) {
	}

	/**
	 * The same with steps.
	 *
	 * @param array<int, array> $steps See the constructor.
	 */
	public function with_steps( array $steps ): self {
		return new self( $this->answer, $this->redirect, $this->response, $steps );
	}

	/**
	 * A run that the shell had to end itself.
	 *
	 * @param string $code   Error code.
	 * @param string $detail Foreign text.
	 * @param string $kind   Whose move is next.
	 */
	public static function failure( string $code, string $detail, string $kind = 'user' ): self {
		return new self(
			array(
				'ok'    => false,
				'error' => array(
					'code'   => $code,
					'kind'   => $kind,
					'detail' => substr( $detail, 0, 200 ),
				),
			)
		);
	}

	/**
	 * Whether what was asked for has happened.
	 */
	public function ok(): bool {
		return ! empty( $this->answer['ok'] );
	}

	/**
	 * Why not: the error, or the first problem with a field.
	 *
	 * @return array<string, mixed>|null
	 */
	public function error(): ?array {
		return $this->answer['error'] ?? $this->answer['problems'][0] ?? null;
	}

	/**
	 * The field errors.
	 *
	 * @return array<int, array<string, mixed>>
	 */
	public function problems(): array {
		return $this->answer['problems'] ?? array();
	}

	/**
	 * The error as other plugins get it.
	 */
	public function to_wp_error(): \WP_Error {
		$error = $this->error() ?? array( 'code' => 'core.trap' );
		return new \WP_Error( 'connector_for_mautic.' . $error['code'], Messages::text( $error, $this->answer['status'] ?? array() ), $error );
	}
}
