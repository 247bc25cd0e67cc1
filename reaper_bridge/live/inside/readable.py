"""The functions of REAPER's API that a request may name: they look, and change nothing.

Left out are all that set, create (also those that do so on request, such as ``GetFXEnvelope``), run actions, ask the
user, touch the disk, or write into a buffer whose size the caller states elsewhere.
"""

from __future__ import annotations

from typing import Any

from .agent import Refusal

BUFFER_BYTES = 4 * 1024 * 1024
"""What REAPER's Python allocates for a text result. A larger size would be written past its end."""

_NAMES = """
APIExists AnyTrackSolo CountAutomationItems CountEnvelopePoints CountEnvelopePointsEx CountMediaItems
CountProjectMarkers CountSelectedMediaItems CountSelectedTracks CountSelectedTracks2 CountTCPFXParms CountTakeEnvelopes
CountTakes CountTempoTimeSigMarkers CountTrackEnvelopes CountTrackMediaItems CountTracks DB2SLIDER EnumProjExtState:4:6
EnumProjects:2 EnumTrackMIDIProgramNames:3 EnumTrackMIDIProgramNamesEx:4 Envelope_Evaluate Envelope_FormatValue:3
Envelope_GetParentTake Envelope_GetParentTrack FindTempoTimeSigMarker GetActiveTake GetAllProjectPlayStates
GetAppVersion GetCursorPosition GetCursorPositionEx GetDisplayedMediaItemColor GetDisplayedMediaItemColor2
GetEnvelopeInfo_Value GetEnvelopeName:2 GetEnvelopePoint GetEnvelopePointByTime GetEnvelopePointByTimeEx
GetEnvelopePointEx GetEnvelopeScalingMode GetEnvelopeStateChunk:2 GetEnvelopeUIState GetExtState GetFocusedFX2
GetGlobalAutomationOverride GetInputOutputLatency GetItemProjectContext GetItemStateChunk:2 GetLastMarkerAndCurRegion
GetLastTouchedFX GetLastTouchedTrack GetMasterMuteSoloFlags GetMasterTrack GetMasterTrackVisibility GetMediaItem
GetMediaItemInfo_Value GetMediaItemNumTakes GetMediaItemTake GetMediaItemTakeInfo_Value GetMediaItemTake_Item
GetMediaItemTake_Source GetMediaItemTake_Track GetMediaItemTrack GetMediaItem_Track GetMediaSourceFileName:2
GetMediaSourceLength GetMediaSourceNumChannels GetMediaSourceParent GetMediaSourceSampleRate GetMediaSourceType:2
GetMediaTrackInfo_Value GetNumTakeMarkers GetNumTracks GetOS GetOutputLatency GetParentTrack GetPlayPosition
GetPlayPosition2 GetPlayPosition2Ex GetPlayPositionEx GetPlayState GetPlayStateEx GetProjExtState:4 GetProjectLength
GetProjectName:2 GetProjectPath:1 GetProjectPathEx:2 GetProjectStateChangeCount GetProjectTimeOffset
GetProjectTimeSignature GetProjectTimeSignature2 GetResourcePath GetSelectedEnvelope GetSelectedMediaItem
GetSelectedTrack GetSelectedTrack2 GetSelectedTrackEnvelope GetTCPFXParm GetTake GetTakeEnvelope GetTakeEnvelopeByName
GetTakeMarker:3 GetTakeName GetTakeNumStretchMarkers GetTakeStretchMarkerSlope GetTempoTimeSigMarker
GetToggleCommandState GetToggleCommandStateEx GetTrack GetTrackAutomationMode GetTrackColor GetTrackDepth
GetTrackEnvelope GetTrackEnvelopeByChunkName GetTrackEnvelopeByName GetTrackMIDINoteName GetTrackMIDINoteNameEx
GetTrackMIDINoteRange GetTrackMediaItem GetTrackName:2 GetTrackNumMediaItems GetTrackNumSends GetTrackReceiveName:3
GetTrackReceiveUIMute GetTrackReceiveUIVolPan GetTrackSendInfo_Value GetTrackSendName:3 GetTrackSendUIMute
GetTrackSendUIVolPan GetTrackState GetTrackStateChunk:2 GetTrackUIMute GetTrackUIPan GetTrackUIVolPan GetUnderrunTime
HasExtState HasTrackMIDIPrograms HasTrackMIDIProgramsEx IsItemTakeActiveForPlayback IsMediaItemSelected IsProjectDirty
IsTrackSelected IsTrackVisible MIDI_CountEvts Master_GetPlayRate Master_GetPlayRateAtTime Master_GetTempo
NamedCommandLookup PCM_Source_GetSectionInfo ReverseNamedCommandLookup SLIDER2DB ScaleFromEnvelopeMode
ScaleToEnvelopeMode TakeFX_FormatParamValue:5 TakeFX_FormatParamValueNormalized:5 TakeFX_GetCount TakeFX_GetEnabled
TakeFX_GetFXName:3 TakeFX_GetFormattedParamValue:4 TakeFX_GetIOSize TakeFX_GetNamedConfigParm:4 TakeFX_GetNumParams
TakeFX_GetOffline TakeFX_GetOpen TakeFX_GetParam TakeFX_GetParamEx TakeFX_GetParamFromIdent TakeFX_GetParamIdent:4
TakeFX_GetParamName:4 TakeFX_GetParamNormalized TakeFX_GetParameterStepSizes TakeFX_GetPinMappings TakeFX_GetPreset:3
TakeFX_GetPresetIndex TakeIsMIDI TimeMap2_GetDividedBpmAtTime TimeMap2_GetNextChangeTime TimeMap2_QNToTime
TimeMap2_timeToBeats TimeMap2_timeToQN TimeMap_GetDividedBpmAtTime TimeMap_GetMeasureInfo TimeMap_GetTimeSigAtTime
TimeMap_QNToMeasures TimeMap_QNToTime TimeMap_QNToTime_abs TimeMap_curFrameRate TimeMap_timeToQN TimeMap_timeToQN_abs
TrackFX_FormatParamValue:5 TrackFX_FormatParamValueNormalized:5 TrackFX_GetChainVisible TrackFX_GetCount
TrackFX_GetEQBandEnabled TrackFX_GetEQParam TrackFX_GetEnabled TrackFX_GetFXName:3 TrackFX_GetFormattedParamValue:4
TrackFX_GetIOSize TrackFX_GetInstrument TrackFX_GetNamedConfigParm:4 TrackFX_GetNumParams TrackFX_GetOffline
TrackFX_GetOpen TrackFX_GetParam TrackFX_GetParamEx TrackFX_GetParamFromIdent TrackFX_GetParamIdent:4
TrackFX_GetParamName:4 TrackFX_GetParamNormalized TrackFX_GetParameterStepSizes TrackFX_GetPinMappings
TrackFX_GetPreset:3 TrackFX_GetPresetIndex TrackFX_GetRecCount Track_GetPeakInfo Undo_CanRedo2 Undo_CanUndo2
ValidatePtr ValidatePtr2 parse_timestr parse_timestr_pos time_precise
"""

READABLE = {
    name: tuple(int(position) for position in positions)
    for name, *positions in (entry.split(":") for entry in _NAMES.split())
}
"""Function without ``RPR_`` -> positions of the arguments that state the size of a text buffer."""


def readable_names() -> list[str]:
    """Return those of the readable functions that this REAPER has."""
    import reaper_python as api

    return [name for name in READABLE if hasattr(api, "RPR_" + name)]


def read(name: str, args: list[Any]) -> Any:
    """Call a readable function of REAPER's API, all its C arguments in order.

    Raises:
        Refusal: It is not among the readable ones, or an argument is not a plain value or buffer size.
    """
    if name not in READABLE:
        raise Refusal("forbidden", "Only functions of REAPER that read may be called one by one.")
    if not all(isinstance(value, (str, int, float)) or value is None for value in args):
        raise Refusal("malformed", "REAPER's functions take numbers and text only.")
    for position in READABLE[name]:
        size = args[position] if position < len(args) else None
        if not isinstance(size, int) or not 1 <= size <= BUFFER_BYTES:
            raise Refusal("malformed", "A text buffer holds between 1 byte and 4 MiB.")
    import reaper_python as api

    if not hasattr(api, "RPR_" + name):
        raise Refusal("unknown", "This version of REAPER does not have that function.")
    return getattr(api, "RPR_" + name)(*args)
