"""Listen to the tracks of a session: in parallel, once, remembering what was heard before."""

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TypeAlias

from analysis.cache import MeasureCache, audio_key
from analysis.listening import measure_track
from analysis.measures import ListeningProblem, TrackMeasures
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import CancelledError, MediaError
from reaper_bridge.session.identity import TrackId

__all__ = ["audio_key", "listen"]

Heard: TypeAlias = TrackMeasures | ListeningProblem
Progress: TypeAlias = Callable[[TrackId, str, float], None]


def listen(
    sources: Mapping[TrackId, TrackAudio],
    sample_rate_hz: int,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    cache: MeasureCache | None = None,
) -> dict[TrackId, Heard]:
    """Measure every track, or say why nothing may be decided from it. The order is that of ``sources``.

    ``threads`` is by default the number of processors. ``progress`` is told track, stage ("listening",
    "remembered", "done" or "problem") and the share done; its calls never overlap, but come from any thread.

    Raises:
        CancelledError: ``cancelled`` said so; everything heard so far is remembered.
    """
    memory = cache or MeasureCache()
    stop = threading.Event()
    tell = _one_at_a_time(progress)

    def hear(track_id: TrackId) -> Heard:
        return _heard(sources[track_id], sample_rate_hz, memory, tell, lambda: stop.is_set() or cancelled())

    workers = max(1, threads or os.cpu_count() or 1)
    with _one_blas_thread(), ThreadPoolExecutor(workers, thread_name_prefix="listener") as pool:
        jobs = {track_id: pool.submit(hear, track_id) for track_id in sources}
        try:
            _settle(set(jobs.values()))
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    memory.shrink()
    return {track_id: job.result() for track_id, job in jobs.items()}


def _one_blas_thread() -> contextlib.AbstractContextManager[object]:
    """Keep BLAS from starting threads of its own: they would wait in a loop while ours work."""
    try:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ImportError:
        return contextlib.nullcontext()
    limits: contextlib.AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits


def _settle(waiting: set[Future[Heard]]) -> None:
    """Wait for all jobs, and raise what the first that fails raises."""
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for job in done:
            job.result()


def _one_at_a_time(progress: Progress | None) -> Progress:
    lock = threading.Lock()

    def tell(track_id: TrackId, stage: str, share: float) -> None:
        if progress is not None:
            with lock:
                progress(track_id, stage, share)

    return tell


def _heard(
    audio: TrackAudio,
    sample_rate_hz: int,
    memory: MeasureCache,
    tell: Progress,
    cancelled: Callable[[], bool],
) -> Heard:
    track_id = audio.track_id
    if cancelled():
        raise CancelledError("Listening was stopped; nothing was changed.")
    if not audio.is_complete or not audio.clips:
        tell(track_id, "problem", 1.0)
        return ListeningProblem(track_id, " ".join(audio.problems) or _why_not(audio))
    known = memory.read(audio, sample_rate_hz)
    if known is None:
        try:
            known = measure_track(
                audio, sample_rate_hz, progress=lambda share: tell(track_id, "listening", share), cancelled=cancelled
            )
        except MediaError as error:
            tell(track_id, "problem", 1.0)
            return ListeningProblem(track_id, str(error))
        memory.write(audio, known)
        stage = "done"
    else:
        stage = "remembered"
    tell(track_id, stage, 1.0)
    return replace(known, notes=tuple(dict.fromkeys((*audio.problems, *known.notes))))


def _why_not(audio: TrackAudio) -> str:
    if not audio.clips:
        return "The track has no audio items; there is nothing to listen to."
    return "Part of the track cannot be read; nothing is decided from the rest."
