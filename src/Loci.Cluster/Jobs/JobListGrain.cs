namespace Loci.Cluster.Jobs;

/// <inheritdoc cref="IJobListGrain"/>
internal sealed class JobListGrain(
    [PersistentState("jobs", JobGrain.Storage)] IPersistentState<JobListState> state) : Grain, IJobListGrain
{
    public async Task Add(string id)
    {
        if (state.State.Active.Contains(id)) return;
        state.State.Active.Add(id);
        if (!state.State.All.Contains(id)) state.State.All.Add(id);
        await state.WriteStateAsync();
    }

    public async Task Remove(string id)
    {
        if (state.State.Active.Remove(id)) await state.WriteStateAsync();
    }

    public Task<IReadOnlyList<string>> Active() => Task.FromResult<IReadOnlyList<string>>([.. state.State.Active]);

    public Task<IReadOnlyList<string>> All() => Task.FromResult<IReadOnlyList<string>>([.. state.State.All]);
}
