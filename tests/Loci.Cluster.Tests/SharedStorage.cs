using System.Collections.Concurrent;
using Orleans.Storage;

namespace Loci.Cluster.Tests;

/// <summary>
/// In place of a database: outlives every silo, and refuses who writes what another has written over.
/// </summary>
internal sealed class SharedStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (object State, string Tag)> _states = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        bool exists = _states.TryGetValue((stateName, grainId), out var held);
        grainState.State = exists ? (T)held.State : Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (held.Tag, exists);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryGetValue((stateName, grainId), out var held);
        if (held.Tag != grainState.ETag)
            throw new InconsistentStateException("another has written", held.Tag, grainState.ETag);
        grainState.ETag = Guid.NewGuid().ToString();
        _states[(stateName, grainId)] = (grainState.State!, grainState.ETag);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        return Task.CompletedTask;
    }
}
