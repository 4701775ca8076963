export const brand = async () => 'not yet'
