export const pictures = async () => 'not yet'
